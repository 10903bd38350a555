internal import Foundation
internal import Imaging

/// What programs read: pictures, summaries and lists. What cannot be written there is an error.
enum StandardOutput {
    /// Writes `data`. Throws `ImageError.cannotWrite` where nobody reads it any more, or the disk behind it is full.
    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code
            let reason = code.map { String(cString: strerror(CInt($0))) } ?? error.localizedDescription
            throw ImageError.cannotWrite(path: "standard output", reason: reason)
        }
    }

    /// Writes `line` and its end.
    static func write(line: String) throws { try write(Data((line + "\n").utf8)) }
}
