package import Foundation

/// Reads whole files, up to a size limit, or maps them into memory.
package enum FileContents {
    /// The bytes of the file at `path`; nil if there are more than `limit`.
    package static func read(_ path: FilePath, limit: Int) throws(FileError) -> [UInt8]? {
        try read(path) { $0.count <= limit }
    }

    /// The bytes of the file at `path` from `offset` on, or of `stream`, which is open and which errors name `path`.
    ///
    /// Nil if `goesOn`, called after each chunk with the bytes so far, returns false.
    package static func read(
        _ path: FilePath, from stream: FileDescriptor? = nil, offset: Int = 0,
        while goesOn: ([UInt8]) -> Bool = { _ in true }
    ) throws(FileError) -> [UInt8]? {
        do {
            if let stream { return try read(stream, while: goesOn) }
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                if offset > 0 { try file.seek(offset: Int64(offset), from: .start) }
                return try read(file, while: goesOn)
            }
        } catch {
            throw FileError(reading: path, error)
        }
    }

    private static func read(_ file: FileDescriptor, while goesOn: ([UInt8]) -> Bool) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard goesOn(bytes) else { return nil }
        }
    }

    /// The bytes of the regular file at `path`, mapped: only the pages that are used are read.
    ///
    /// If the file is truncated meanwhile, access to its bytes raises SIGBUS.
    package static func map(_ path: FilePath) throws(FileError) -> Data {
        // Pipes cannot be mapped, and some have no end.
        guard path.isReplaceable else { throw .unreadable(path: path, reason: "Not a regular file") }
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                let status = try file.stat(), size = Int(status.size)
                if status.type == .directory { throw Errno.isDirectory }
                // mmap refuses empty files.
                if size == 0 { return Data() }
                guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.rawValue, 0), bytes != MAP_FAILED else {
                    throw Errno(rawValue: errno)
                }
                return Data(bytesNoCopy: bytes, count: size, deallocator: .custom { munmap($0, $1) })
            }
        } catch {
            throw FileError(reading: path, error)
        }
    }
}
