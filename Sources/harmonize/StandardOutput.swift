internal import Files

/// What programs read: pictures, summaries and lists. What cannot be written there is an error.
enum StandardOutput {
    /// Writes `bytes`. Throws `FileError.cannotWrite` where nobody reads it any more, or the disk behind it is full.
    static func write(_ bytes: some Sequence<UInt8>) throws {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
            throw FileError.cannotWrite(path: "standard output", reason: "\(error)")
        }
    }

    /// Writes `line` and its end.
    static func write(line: String) throws { try write((line + "\n").utf8) }
}
