package import Files

/// The folder of fetched weights: `harmonize/models` in the user's data folder (XDG Base Directory Specification).
package struct ModelStore {
    package let folder: FilePath

    /// The store of the current user.
    ///
    /// - Throws: ``FetchError/noDataFolder`` where neither `XDG_DATA_HOME` nor `HOME` is an absolute path.
    package init() throws(FetchError) {
        // The specification requires that relative paths are ignored.
        func folder(_ variable: String) -> FilePath? {
            FilePath(environment: variable).flatMap { $0.isAbsolute ? $0 : nil }
        }
        guard let data = folder("XDG_DATA_HOME") ?? folder("HOME")?.appending(".local/share") else {
            throw FetchError.noDataFolder
        }
        self.folder = data.appending("harmonize/models")
    }

    /// The path of a model's weights, complete and verified.
    package func path(of model: KnownModel) -> FilePath { folder.appending("\(model.rawValue).bin") }

    /// The path of a model's partial download.
    func partialPath(of model: KnownModel) -> FilePath { folder.appending("\(model.rawValue).part") }
}
