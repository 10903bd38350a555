internal import Files
internal import Foundation

/// The folder of fetched weights: `harmonize/models` in the user's data folder (XDG Base Directory Specification).
package struct ModelStore {
    package let folder: String

    /// The store of the current user.
    ///
    /// - Throws: ``FetchError/noDataFolder`` where neither `XDG_DATA_HOME` nor `HOME` is an absolute path.
    package init() throws(FetchError) {
        let environment = ProcessInfo.processInfo.environment
        // The specification requires that relative paths are ignored.
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let data = folder("XDG_DATA_HOME") ?? folder("HOME").map({ $0 + "/.local/share" }) else {
            throw FetchError.noDataFolder
        }
        self.folder = (data as NSString).appendingPathComponent("harmonize/models")
    }

    /// The path of a model's weights, complete and verified.
    package func path(of model: KnownModel) -> String { folder + "/\(model.rawValue).bin" }

    /// The path of a model's partial download.
    func partialPath(of model: KnownModel) -> String { folder + "/\(model.rawValue).part" }

    func makeFolder() throws(FetchError) {
        do {
            try folder.makeFolder()
        } catch {
            throw .cannotWrite(path: folder, reason: error.reason)
        }
    }
}
