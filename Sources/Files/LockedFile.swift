package import Foundation

/// A file under an exclusive advisory lock (`flock`), open for reading and for appending.
///
/// The lock belongs to the open file description, which child processes share that inherit it: it lasts until the last
/// of them ends, in whatever way. The system then releases it, also for other machines over NFS.
package final class LockedFile: Sendable {
    package enum Mode {
        /// Waits for the lock.
        case waiting
        /// Throws ``FileError/busy(path:)`` if the lock is taken.
        case immediate
    }

    package let path: FilePath
    package let descriptor: FileDescriptor

    /// Opens and locks the file; creates it if missing.
    package init(_ path: FilePath, _ mode: Mode) throws(FileError) {
        self.path = path
        do { descriptor = try Self.locked(path, mode) } catch { throw FileError(writing: path, error) }
    }

    deinit { try? descriptor.close() }

    private static func locked(_ path: FilePath, _ mode: Mode) throws -> FileDescriptor {
        while true {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .append, .closeOnExec], permissions: .usual)
            var isLocked = false
            defer { if !isLocked { try? file.close() } }
            while flock(file.rawValue, mode == .waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
                switch Errno(rawValue: errno) {
                case .interrupted: continue
                case .wouldBlock: throw FileError.busy(path: path)
                case let reason:
                    throw FileError.cannotWrite(path: path, reason: "the file system has no locks (\(reason))")
                }
            }
            // The previous owner may have removed the file before it was locked: the path is then free, or another
            // file's.
            let mine = try file.stat(), named = try? path.stat()
            isLocked = mine.inode == named?.inode && mine.deviceID == named?.deviceID
            if isLocked { return file }
        }
    }

    /// The file's size in bytes.
    package var size: Int {
        get throws(FileError) { try writing { Int(try descriptor.stat().size) } }
    }

    /// At most `count` bytes of the file from `offset` on.
    package func contents(from offset: Int = 0, count: Int = .max) throws(FileError) -> Data {
        let count = max(0, min(count, try size - offset))
        return try writing {
            var bytes = Data(count: count)
            let end = try bytes.withUnsafeMutableBytes {
                try descriptor.read(fromAbsoluteOffset: Int64(offset), into: $0)
            }
            return bytes.prefix(end)
        }
    }

    /// Whether the file is non-empty and does not end with a newline.
    package func endsInsideLine() throws(FileError) -> Bool {
        let size = try size
        guard size > 0 else { return false }
        return try contents(from: size - 1) != Data([UInt8(ascii: "\n")])
    }

    /// Truncates the file to `size` bytes, or extends it with zeros.
    package func resize(to size: Int) throws(FileError) { try writing { try descriptor.resize(to: Int64(size)) } }

    /// Appends `bytes` in a single write, all of them or none.
    package func append(_ bytes: some ContiguousBytes) throws(FileError) {
        let end = try size
        try writing {
            do {
                try bytes.withUnsafeBytes {
                    // A full disk may accept only a part.
                    guard try descriptor.write($0) == $0.count else { throw Errno.noSpace }
                }
            } catch {
                try? descriptor.resize(to: Int64(end))
                throw error
            }
        }
    }

    /// Flushes the file to disk (`fsync`).
    package func synchronize() throws(FileError) { try writing { try descriptor.synchronize() } }

    private func writing<Value>(_ body: () throws -> Value) throws(FileError) -> Value {
        do { return try body() } catch { throw FileError(writing: path, error) }
    }
}

extension FileDescriptor {
    /// Flushes the file to disk (`fsync`).
    package func synchronize() throws(Errno) { if fsync(rawValue) != 0 { throw Errno(rawValue: errno) } }
}
