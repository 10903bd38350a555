internal import Files
internal import Foundation

/// A private folder for what is uploaded and made, which is gone at the end.
final class SessionFolder: Sendable {
    let path: FilePath

    /// Makes the folder, readable for this user alone.
    init() throws {
        let base = FilePath(environment: "TMPDIR") ?? "/tmp"
        var template = base.appending("harmonize-studio-XXXXXX").withPlatformString {
            Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
        guard mkdtemp(&template) != nil else {
            throw FileError.cannotWrite(path: base, reason: "\(Errno(rawValue: errno))")
        }
        path = FilePath(platformString: template)
    }

    /// A new folder in it.
    func folder(_ name: String) throws -> FilePath {
        let folder = path.appending(name)
        try folder.makeFolder()
        return folder
    }

    /// Removes all of it, also what is written meanwhile.
    func remove() {
        for _ in 0..<20 where path.exists {
            try? FileManager.default.removeItem(atPath: path.string)
            if path.exists { usleep(20_000) }
        }
    }
}
