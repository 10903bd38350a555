internal import Foundation
internal import Imaging

/// Paths of files.
extension String {
    /// The parent folder: `.` for a bare name, `/` for a file in the root.
    ///
    /// Not `deletingLastPathComponent`, which traps on names of one character.
    var folder: String {
        lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "."
    }

    /// The path with symbolic links resolved, to compare files.
    var realPath: String { URL(fileURLWithPath: self).standardizedFileURL.resolvingSymlinksInPath().path }

    /// Whether there is a regular file, a folder or nothing at the path, but no device, pipe or socket.
    var isReplaceable: Bool {
        var status = stat()
        return stat(self, &status) != 0 || [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    /// Creates the folder at this path and its missing parents.
    func makeFolder() throws {
        do {
            try FileManager.default.createDirectory(atPath: self, withIntermediateDirectories: true)
        } catch {
            throw ImageError.cannotWrite(path: self, reason: "the folder cannot be made")
        }
    }
}
