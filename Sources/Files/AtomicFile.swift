internal import Foundation
internal import Synchronization

/// Atomic file writes.
package enum AtomicFile {
    /// Writes `bytes` at `path`; see ``write(parts:to:)``.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
        do { try bytes.withUnsafeBytes { try put([$0], at: path) } } catch { throw FileError(writing: path, error) }
    }

    /// Writes the concatenation of `parts` to a temporary file in the same folder and renames it to `path`.
    ///
    /// An existing file is replaced whole, or kept when an error is thrown, and no temporary file remains. Where the
    /// file system supports unnamed files (`O_TMPFILE`), a killed process leaves none either, except between two system
    /// calls. The data is synced before the rename: after a power cut there is the old file or the new one, whole
    /// (which of them is undetermined for some seconds). Of several concurrent writers the last one wins.
    ///
    /// A symbolic link is kept and its target replaced, or made. Anything but a file or folder, such as `/dev/stdout`,
    /// is written to directly. A new file has the usual permissions (0666 less the umask); one that replaces another
    /// keeps its permissions and, as far as the system allows it, its owner and group.
    package static func write(parts: [UnsafeRawBufferPointer], to path: FilePath) throws(FileError) {
        do { try put(parts, at: path) } catch { throw FileError(writing: path, error) }
    }

    /// The existing named temporary files. They are created and renamed under its lock.
    private static let unfinished = Mutex<Set<FilePath>>([])

    /// Removes all temporary files and ends the process by `exit`, under the lock: no new ones appear in between.
    package static func discardUnfinished(andLeaveBy exit: () -> Never) -> Never {
        unfinished.withLock {
            for path in $0 { path.removeFile() }
            exit()
        }
    }

    // The functions below throw an Errno.

    private static func put(_ parts: [UnsafeRawBufferPointer], at path: FilePath) throws {
        let old = try? path.stat()
        switch old?.type {
        case nil: try replace(path.followingLinks(), like: nil, with: parts)
        case .some(.directory): throw Errno.isDirectory
        case .some(.regular): try replace(path.resolvingLinks(), like: old, with: parts)
        default:
            // Renaming over a device or a pipe would put an ordinary file in its place.
            let file = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
            try file.closeAfter { try fill(file, with: parts) }
        }
    }

    private static func replace(_ path: FilePath, like old: Stat?, with parts: [UnsafeRawBufferPointer]) throws {
        // Not derived from the file's name, which may already have the maximum length.
        let temporary = path.folder.appending(".harmonize-\(UInt64.random(in: 0...UInt64.max)).tmp")
        guard try !replaceByNameless(path, like: old, with: parts, temporary) else { return }
        try replaceByNamed(path, like: old, with: parts, temporary)
    }

    /// Gives the file the owner, the group and the permissions of `old`. A group other than that one gets no
    /// permissions.
    private static func assume(_ old: Stat?, _ file: FileDescriptor) {
        guard let old, let new = try? file.stat() else { return }
        var permissions = old.permissions.intersection(FilePermissions(rawValue: 0o777))
        if new.userID != old.userID { _ = fchown(file.rawValue, old.userID.rawValue, gid_t.max) }
        if new.groupID != old.groupID, fchown(file.rawValue, uid_t.max, old.groupID.rawValue) != 0 {
            permissions.subtract(.groupReadWriteExecute)
        }
        _ = fchmod(file.rawValue, permissions.rawValue)
    }

    /// Writes an unnamed file and links it once complete. False where the file system has no unnamed files.
    private static func replaceByNameless(
        _ path: FilePath, like old: Stat?, with parts: [UnsafeRawBufferPointer], _ temporary: FilePath
    ) throws -> Bool {
        #if os(Linux)
            // <fcntl.h>'s O_TMPFILE, a macro that Swift does not see.
            let nameless = FileDescriptor.OpenOptions(rawValue: 0o20_000_000 | O_DIRECTORY | O_CLOEXEC)
            let opened = try? FileDescriptor.open(path.folder, .writeOnly, options: nameless, permissions: .usual)
            guard let file = opened else { return false }
            defer { try? file.close() }
            assume(old, file)
            try fill(file, with: parts, synchronized: true)
            // linkat cannot replace an existing file; rename can.
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
        _ path: FilePath, like old: Stat?, with parts: [UnsafeRawBufferPointer], _ temporary: FilePath
    ) throws {
        let file = try unfinished.withLock { names in
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .usual)
            names.insert(temporary)
            return file
        }
        let result = Result {
            try file.closeAfter {
                assume(old, file)
                try fill(file, with: parts, synchronized: true)
            }
        }
        try unfinished.withLock { names in
            names.remove(temporary)
            guard case .failure(let error) = result else { return try take(path, temporary) }
            temporary.removeFile()
            throw error
        }
    }

    /// Renames the file at `temporary` to `path`, or removes it.
    private static func take(_ path: FilePath, _ temporary: FilePath) throws(Errno) {
        guard temporary.withPlatformString({ old in path.withPlatformString { rename(old, $0) } }) != 0 else { return }
        let error = Errno(rawValue: errno)
        temporary.removeFile()
        throw error
    }

    /// Writes all bytes to an open file and, if `synchronized`, syncs it to disk.
    private static func fill(
        _ file: FileDescriptor, with parts: [UnsafeRawBufferPointer], synchronized: Bool = false
    ) throws {
        for bytes in parts { try file.writeAll(bytes) }
        guard synchronized else { return }
        do { try file.synchronize() } catch {
            // Some file systems do not support fsync and report these errors.
            if error != .invalidArgument, error != .notSupported { throw error }
        }
    }
}
