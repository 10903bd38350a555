internal import Files
internal import NeuralNet

/// The folder of the weights that were fetched: `harmonize/models` in the user's data folder (XDG Base Directory
/// Specification).
struct ModelStore {
    let folder: FilePath

    /// The current user's.
    ///
    /// - Throws: ``FetchError/noDataFolder`` where neither `XDG_DATA_HOME` nor `HOME` says where that would be.
    init() throws {
        // By the specification a relative path is to be ignored.
        func folder(_ variable: String) -> FilePath? {
            FilePath(environment: variable).flatMap { $0.isAbsolute ? $0 : nil }
        }
        guard let data = folder("XDG_DATA_HOME") ?? folder("HOME")?.appending(".local/share") else {
            throw FetchError.noDataFolder
        }
        self.folder = data.appending("harmonize/models")
    }

    /// Where a model's weights are once they are fetched, whole and checked.
    func path(of model: KnownModel) -> FilePath { folder.appending("\(model.rawValue).bin") }

    /// Where what came of a model's published file is while it is fetched.
    func partialPath(of model: KnownModel) -> FilePath { folder.appending("\(model.rawValue).part") }
}
