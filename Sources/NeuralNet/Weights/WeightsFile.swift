internal import Files
internal import Foundation

/// Foundation's file access with its errors told in ours.
enum WeightsFile {
    /// The file's bytes, mapped: of a full VGG16 only the part that is used is ever read. (`mappedIfSafe` reads all of
    /// it on Linux: 1.5 s and 550 MB.) Whoever cuts the file short while it is read ends the process (SIGBUS), unless
    /// that handles it.
    static func map(_ path: String) throws(WeightsError) -> Data {
        // Pipes cannot be mapped, and some have no end.
        guard path.isReplaceable else { throw .unreadable(path: path, reason: "Not a regular file") }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
            throw isMissing ? .missing(path: path) : .unreadable(path: path, reason: reason(for: error))
        }
    }

    /// Writes a file, whole or not at all; a device or a pipe is an error.
    static func write(_ bytes: [UInt8], to path: String) throws(WeightsError) {
        guard path.isReplaceable else { throw .cannotWrite(path: path, reason: "Not a regular file") }
        do {
            try AtomicFile.write(bytes, to: path)
        } catch {
            throw .cannotWrite(path: path, reason: error.reason)
        }
    }

    /// The system's own words ("Permission denied") where it has any: Foundation's repeat the file's name.
    private static func reason(for error: any Error) -> String {
        let underlying = (error as? CocoaError)?.underlying ?? error
        guard let posix = underlying as? POSIXError else { return error.localizedDescription }
        return String(cString: strerror(posix.code.rawValue))
    }
}
