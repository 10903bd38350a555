internal import Files

/// The folder that a job's results go to.
struct JobFolder {
    let path: FilePath

    init(_ name: String, in folder: FilePath) {
        path = folder.pushing(FilePath(argument: name) ?? ".")
    }

    /// Makes the folder where it is missing.
    func make() throws {
        try path.makeFolder()
    }

    /// The path of a file in the folder.
    func file(_ name: FilePath) -> FilePath { path.pushing(name) }

    /// A path as seen from the folder, where it is in it.
    func relative(_ file: FilePath) -> FilePath { file.relative(to: path) }

    /// Whether these files are there, and there are any.
    func hasAll(_ files: [FilePath]) -> Bool {
        !files.isEmpty && files.allSatisfy { file($0).exists }
    }

    /// Waits until these files are on the disk: what is recorded as done is there after a power cut.
    func synchronize(_ files: [FilePath]) {
        for name in files.map(relative) + ["."] {
            let descriptor = try? FileDescriptor.open(file(name), .readOnly, options: .closeOnExec)
            try? descriptor?.closeAfter { try descriptor?.synchronize() }
        }
    }
}
