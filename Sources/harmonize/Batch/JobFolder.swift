internal import Files

/// The folder of a job's results.
struct JobFolder {
    let path: FilePath

    init(_ name: String, in folder: FilePath) { path = folder.pushing(FilePath(argument: name) ?? ".") }

    /// Creates the folder if missing.
    func make() throws { try path.makeFolder() }

    /// The path of a file in the folder; an absolute path is kept.
    func file(_ name: FilePath) -> FilePath { path.pushing(name) }

    /// The path relative to the folder, if it lies in it.
    func relative(_ file: FilePath) -> FilePath { file.relative(to: path) }

    /// Whether all these files exist; false for none.
    func hasAll(_ files: [FilePath]) -> Bool { !files.isEmpty && files.allSatisfy { file($0).exists } }

    /// Flushes the files and the folder to disk (`fsync`): a job recorded as done survives a power cut.
    func synchronize(_ files: [FilePath]) {
        for name in files.map(relative) + ["."] {
            let descriptor = try? FileDescriptor.open(file(name), .readOnly, options: .closeOnExec)
            try? descriptor?.closeAfter { try descriptor?.synchronize() }
        }
    }
}
