internal import Foundation

/// What the system says of a path.
extension FilePath {
    /// The path of this program; nil where the system does not tell.
    package static var executable: FilePath? {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: 1 << 16)
            return readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 ? FilePath(platformString: buffer) : nil
        #else
            return Bundle.main.executablePath.map { FilePath($0) }
        #endif
    }

    /// The value of a variable of the environment; nil where it is not set.
    package init?(environment name: String) {
        guard let value = getenv(name) else { return nil }
        self.init(platformString: value)
    }

    /// The user's folder.
    package static var home: FilePath? {
        FilePath(environment: "HOME") ?? getpwuid(getuid())?.pointee.pw_dir.map { FilePath(platformString: $0) }
    }

    /// The path without links, to compare files: of what is not there, that of the nearest folder that is.
    package var realPath: FilePath {
        if let path = try? resolvingLinks() { return path }
        guard let name = lastComponent, folder != self else { return self }
        return folder.realPath.appending(name).lexicallyNormalized()
    }

    /// The path of the file without links.
    func resolvingLinks() throws(Errno) -> FilePath {
        guard let path = withPlatformString({ realpath($0, nil) }) else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    private var type: FileType? { try? stat().type }

    /// Whether there is anything at the path; whether that is a folder; whether it is a regular file.
    package var exists: Bool { type != nil }
    package var isFolder: Bool { type == .directory }
    package var isRegular: Bool { type == .regular }

    /// Whether there is a regular file, a folder or nothing at the path, but no device, pipe or socket.
    package var isReplaceable: Bool { type.map { $0 == .regular || $0 == .directory } ?? true }

    /// Whether this process may write there.
    package var isWritable: Bool { withPlatformString { access($0, W_OK) } == 0 }

    /// Makes a folder of that path, and those above it, where they are missing.
    package func makeFolder() throws(FileError) {
        guard isMadeFolder else { throw .cannotWrite(path: self, reason: "the folder cannot be made") }
    }

    /// Whether the folder is there, or could be made.
    private var isMadeFolder: Bool {
        if isFolder { return true }
        guard folder == self || folder.isMadeFolder else { return false }
        return withPlatformString { mkdir($0, 0o777) } == 0 || isFolder
    }

    /// Removes the file of that name, where there is one.
    package func removeFile() { _ = withPlatformString { unlink($0) } }
}
