internal import Foundation
internal import Synchronization

/// Writes files that appear complete or not at all.
package enum AtomicFile {
    /// Writes `bytes` at `path`; see ``write(parts:to:)``.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
        do { try bytes.withUnsafeBytes { try put([$0], at: path) } } catch { throw FileError(writing: path, error) }
    }

    /// Writes `parts` one behind the other at `path`: into a temporary file in the same folder, which then takes the
    /// name.
    ///
    /// A file already there is replaced whole, or stays as it was when an error is thrown, and no temporary file stays
    /// behind. That holds for processes that are killed, too, where the file system has files without a name
    /// (`O_TMPFILE`), but for the moment between two system calls. The bytes are on the disk before the name is taken:
    /// after a power cut there is the file as it was or the new one, whole. (Which, is open for some seconds.) Of
    /// several writers at a time, the last one's file stays.
    ///
    /// A symbolic link to a file stays, and the file it leads to is replaced. What is neither a file nor a folder, such
    /// as `/dev/stdout`, is written straight into. A new file has the usual permissions (0666 less the umask).
    package static func write(parts: [UnsafeRawBufferPointer], to path: FilePath) throws(FileError) {
        do { try put(parts, at: path) } catch { throw FileError(writing: path, error) }
    }

    /// The temporary files that exist at this moment. Names are made and taken under its lock.
    private static let unfinished = Mutex<Set<FilePath>>([])

    /// Removes what is half-written and leaves the program by `exit`: nothing more is begun in between.
    package static func discardUnfinished(andLeaveBy exit: () -> Never) -> Never {
        unfinished.withLock {
            for path in $0 { path.removeFile() }
            exit()
        }
    }

    // The functions below throw an Errno.

    private static func put(_ parts: [UnsafeRawBufferPointer], at path: FilePath) throws {
        switch try? path.stat().type {
        case nil: try replace(path, with: parts)
        case .some(.directory): throw Errno.isDirectory
        case .some(.regular): try replace(path.resolvingLinks(), with: parts)
        default:
            // Renaming over a device or a pipe would put an ordinary file in its place.
            let file = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
            try file.closeAfter { try fill(file, with: parts) }
        }
    }

    private static func replace(_ path: FilePath, with parts: [UnsafeRawBufferPointer]) throws {
        // Not made from the file's own name, which may already be as long as names can be.
        let temporary = path.folder.appending(".harmonize-\(UInt64.random(in: 0...UInt64.max)).tmp")
        guard try !replaceByNameless(path, with: parts, temporary) else { return }
        try replaceByNamed(path, with: parts, temporary)
    }

    /// By way of a file that has no name until it is whole. False where there are no such files.
    private static func replaceByNameless(
        _ path: FilePath, with parts: [UnsafeRawBufferPointer], _ temporary: FilePath
    ) throws -> Bool {
        #if os(Linux)
            // <fcntl.h>'s O_TMPFILE, a macro that Swift does not see.
            let nameless = FileDescriptor.OpenOptions(rawValue: 0o20_000_000 | O_DIRECTORY | O_CLOEXEC)
            let opened = try? FileDescriptor.open(path.folder, .writeOnly, options: nameless, permissions: .usual)
            guard let file = opened else { return false }
            defer { try? file.close() }
            try fill(file, with: parts, synchronized: true)
            // A name that is taken cannot be linked to; only renaming takes it.
            return try unfinished.withLock { (_) throws(Errno) in
                let link = temporary.withPlatformString {
                    linkat(AT_FDCWD, "/proc/self/fd/\(file.rawValue)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
                }
                guard link == 0 else { return false }
                try take(path, temporary)
                return true
            }
        #else
            return false
        #endif
    }

    private static func replaceByNamed(
        _ path: FilePath, with parts: [UnsafeRawBufferPointer], _ temporary: FilePath
    ) throws {
        let file = try unfinished.withLock { names in
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .usual)
            names.insert(temporary)
            return file
        }
        let result = Result { try file.closeAfter { try fill(file, with: parts, synchronized: true) } }
        try unfinished.withLock { names in
            names.remove(temporary)
            guard case .failure(let error) = result else { return try take(path, temporary) }
            temporary.removeFile()
            throw error
        }
    }

    /// Gives the file at `temporary` the name `path`, or removes it.
    private static func take(_ path: FilePath, _ temporary: FilePath) throws(Errno) {
        do {
            try Errno.check(temporary.withPlatformString { old in path.withPlatformString { rename(old, $0) } })
        } catch {
            temporary.removeFile()
            throw error
        }
    }

    /// Writes all bytes to an open file and, where asked to, waits until they are on the disk.
    private static func fill(
        _ file: FileDescriptor, with parts: [UnsafeRawBufferPointer], synchronized: Bool = false
    ) throws {
        for bytes in parts { try file.writeAll(bytes) }
        guard synchronized else { return }
        do { try file.synchronize() } catch {
            // Some file systems have nothing to wait for, and say so.
            if error != .invalidArgument, error != .notSupported { throw error }
        }
    }
}
