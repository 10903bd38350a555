internal import Foundation
internal import NeuralNet

/// The folder of the weights that were fetched: `harmonize/models` in the user's data folder (XDG Base Directory
/// Specification).
struct ModelStore {
    let folder: String

    /// The current user's.
    ///
    /// - Throws: ``FetchError/noDataFolder`` where neither `XDG_DATA_HOME` nor `HOME` says where that would be.
    init() throws {
        let environment = ProcessInfo.processInfo.environment
        // By the specification a relative path is to be ignored.
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let data = folder("XDG_DATA_HOME") ?? folder("HOME").map({ $0 + "/.local/share" }) else {
            throw FetchError.noDataFolder
        }
        self.folder = (data as NSString).appendingPathComponent("harmonize/models")
    }

    /// Where a model's weights are once they are fetched, whole and checked.
    func path(of model: KnownModel) -> String { folder + "/\(model.rawValue).bin" }

    /// Where what came of a model's published file is while it is fetched.
    func partialPath(of model: KnownModel) -> String { folder + "/\(model.rawValue).part" }

    func makeFolder() throws {
        try folder.makeFolder()
    }
}
