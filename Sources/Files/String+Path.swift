internal import Foundation

// Paths of files, and C strings.

extension String {
    /// The parent folder: `.` for a bare name, `/` for a file in the root.
    ///
    /// Not `deletingLastPathComponent`, which traps on names of one character.
    package var folder: String {
        lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "."
    }

    /// The path with symbolic links resolved, to compare files.
    package var realPath: String { URL(fileURLWithPath: self).standardizedFileURL.resolvingSymlinksInPath().path }

    /// Whether there is a regular file, a folder or nothing at the path, but no device, pipe or socket.
    package var isReplaceable: Bool {
        var status = stat()
        return stat(self, &status) != 0 || [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    /// Creates the folder at this path and its missing parents.
    package func makeFolder() throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: self, withIntermediateDirectories: true)
        } catch {
            throw FileError(path: self, reason: "the folder cannot be made")
        }
    }
}

extension String {
    /// The C string in `bytes`, up to the first zero; invalid UTF-8 becomes U+FFFD.
    package init(zeroTerminated bytes: UnsafeRawBufferPointer) {
        self.init(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
