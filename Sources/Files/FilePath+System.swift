internal import Foundation

// Paths and the system.
extension FilePath {
    /// The path of this program.
    package static var executable: FilePath {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: 1 << 16)
            if readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 { return FilePath(platformString: buffer) }
        #endif
        return FilePath(Bundle.main.executablePath ?? CommandLine.arguments[0])
    }

    /// The value of an environment variable; nil if it is not set.
    package init?(environment name: String) {
        guard let value = getenv(name) else { return nil }
        self.init(platformString: value)
    }

    /// The user's home folder.
    package static var home: FilePath? {
        FilePath(environment: "HOME") ?? getpwuid(getuid())?.pointee.pw_dir.map { FilePath(platformString: $0) }
    }

    /// The path with symbolic links resolved, to compare files; of a missing file, those of the folders that exist.
    package var realPath: FilePath {
        if let path = try? resolvingLinks() { return path }
        guard let name = lastComponent, folder != self else { return self }
        return folder.realPath.appending(name).lexicallyNormalized()
    }

    /// The path of an existing file with symbolic links resolved.
    func resolvingLinks() throws(Errno) -> FilePath {
        guard let path = withPlatformString({ realpath($0, nil) }) else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    private var type: FileType? { try? stat().type }

    /// Whether there is anything at the path.
    package var exists: Bool { type != nil }
    /// Whether there is a folder at the path.
    package var isFolder: Bool { type == .directory }
    /// Whether there is a regular file at the path.
    package var isRegular: Bool { type == .regular }

    /// Whether there is a regular file, a folder or nothing at the path, but no device, pipe or socket.
    package var isReplaceable: Bool { type.map { $0 == .regular || $0 == .directory } ?? true }

    /// Whether this process may write to the file or folder.
    package var isWritable: Bool { withPlatformString { access($0, W_OK) } == 0 }

    /// Creates the folder at this path and its missing parents.
    package func makeFolder() throws(FileError) {
        guard isMadeFolder else { throw .cannotWrite(path: self, reason: "the folder cannot be made") }
    }

    /// Creates the folder and its missing parents; false if that is impossible.
    private var isMadeFolder: Bool {
        if isFolder { return true }
        guard folder == self || folder.isMadeFolder else { return false }
        return withPlatformString { mkdir($0, 0o777) } == 0 || isFolder
    }

    /// Removes the file at this path, if there is one.
    package func removeFile() { _ = withPlatformString { unlink($0) } }
}
