internal import Foundation

/// Foundation's file access with its errors told in ours.
enum WeightsFile {
    /// The file's bytes, mapped: of a full VGG16 only the part that is used is ever read. (`mappedIfSafe` reads all of
    /// it on Linux: 1.5 s and 550 MB.) Whoever cuts the file short while it is read ends the process (SIGBUS), unless
    /// that handles it.
    static func map(_ path: String) throws(WeightsError) -> Data {
        // Pipes cannot be mapped, and some have no end.
        guard !isSpecial(path) else { throw .unreadable(path: path, reason: "Not a regular file") }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
            throw isMissing ? .missing(path: path) : .unreadable(path: path, reason: reason(for: error))
        }
    }

    /// Writes to a temporary file in the same folder and renames it.
    static func write(_ bytes: [UInt8], to path: String) throws(WeightsError) {
        guard !isSpecial(path) else { throw .cannotWrite(path: path, reason: "Not a regular file") }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: reason(for: error))
        }
    }

    /// Whether there is a device, a pipe or a socket at `path`: renaming would put a plain file in its place.
    private static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        let type = status.st_mode & S_IFMT
        return type != S_IFREG && type != S_IFDIR
    }

    /// The system's own words ("Permission denied") where it has any: Foundation's repeat the file's name.
    private static func reason(for error: any Error) -> String {
        let underlying = (error as? CocoaError)?.underlying ?? error
        guard let posix = underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(posix.code.rawValue))
    }
}
