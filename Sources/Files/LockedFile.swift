package import Foundation

/// A file that one process at a time has open, for reading and for appending to.
///
/// The lock belongs to the open file (`flock`). A child that has it as its stdout holds it too, so that it lasts until
/// the last of them ends, in whatever way; the system then releases it, also on other machines that see the file over
/// NFS.
package final class LockedFile: Sendable {
    package enum Mode {
        /// Waits until the file is free.
        case waiting
        /// Throws ``FileError/busy(path:)`` where it is not.
        case immediate
    }

    package let path: FilePath
    package let descriptor: FileDescriptor

    /// Opens the file, an empty one where there is none.
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
            // Who had it may have removed it before it could be locked: then the name is another file's by now.
            let mine = try file.stat(), named = try? path.stat()
            isLocked = mine.inode == named?.inode && mine.deviceID == named?.deviceID
            if isLocked { return file }
        }
    }

    /// The number of bytes that the file has.
    package var size: Int {
        get throws(FileError) { try writing { Int(try descriptor.stat().size) } }
    }

    /// The bytes of the file from `offset` on, `count` at most.
    package func contents(from offset: Int = 0, count: Int = .max) throws(FileError) -> Data {
        let count = max(0, min(count, try size - offset))
        return try writing {
            let bytes = try [UInt8](unsafeUninitializedCapacity: count) { bytes, end in
                let room = UnsafeMutableRawBufferPointer(bytes)[..<count]
                end = try descriptor.read(fromAbsoluteOffset: Int64(offset), into: .init(rebasing: room))
            }
            return Data(bytes)
        }
    }

    /// Whether the last line has no end.
    package func endsInsideLine() throws(FileError) -> Bool {
        let size = try size
        guard size > 0 else { return false }
        return try contents(from: size - 1) != Data([UInt8(ascii: "\n")])
    }

    /// Cuts the file off at `size` bytes, or fills it up with zeros.
    package func resize(to size: Int) throws(FileError) { try writing { try descriptor.resize(to: Int64(size)) } }

    /// Appends `bytes` in a single piece, all of them or none.
    package func append(_ bytes: some ContiguousBytes) throws(FileError) {
        let end = try size
        try writing {
            do {
                try bytes.withUnsafeBytes {
                    // A disk that is full takes a part.
                    guard try descriptor.write($0) == $0.count else { throw Errno.noSpace }
                }
            } catch {
                try? descriptor.resize(to: Int64(end))
                throw error
            }
        }
    }

    /// Waits until what was written is on the disk.
    package func synchronize() throws(FileError) { try writing { try descriptor.synchronize() } }

    private func writing<Value>(_ body: () throws -> Value) throws(FileError) -> Value {
        do { return try body() } catch { throw FileError(writing: path, error) }
    }
}

extension FileDescriptor {
    /// Waits until what was written to the file is on the disk.
    package func synchronize() throws(Errno) { try Errno.check(fsync(rawValue)) }
}
