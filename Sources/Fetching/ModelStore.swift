internal import Foundation

/// The folder of the weights that were fetched: `harmonize/models` in the user's data folder (XDG Base Directory
/// Specification).
package struct ModelStore {
    package let folder: String

    /// The current user's.
    ///
    /// - Throws: ``FetchError/noDataFolder`` where neither `XDG_DATA_HOME` nor `HOME` says where that would be.
    package init() throws(FetchError) {
        let environment = ProcessInfo.processInfo.environment
        // By the specification a relative path is to be ignored.
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let data = folder("XDG_DATA_HOME") ?? folder("HOME").map({ $0 + "/.local/share" }) else {
            throw FetchError.noDataFolder
        }
        self.folder = (data as NSString).appendingPathComponent("harmonize/models")
    }

    /// Where a model's weights are once they are fetched, whole and checked.
    package func path(of model: KnownModel) -> String { folder + "/\(model.rawValue).bin" }

    /// Where what came of a model's published file is while it is fetched.
    func partialPath(of model: KnownModel) -> String { folder + "/\(model.rawValue).part" }

    func makeFolder() throws(FetchError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: folder, reason: "the folder cannot be made")
        }
    }
}
