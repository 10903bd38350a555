package import Foundation

/// A ZIP file of files as they are, without compression: pictures hardly get smaller.
package struct Archive {
    private var parts: [any ContiguousBytes] = [], directory = Data()
    private var length = 0, count = 0

    /// An empty one.
    package init() {}

    /// Adds a file. False where the archive would have 4 GB and more, which its numbers cannot say: it is left out.
    @discardableResult
    package mutating func add(_ name: String, _ bytes: some ContiguousBytes) -> Bool {
        let (size, sum) = bytes.withUnsafeBytes { ($0.count, Self.checksum($0)) }
        guard length + size < Int(UInt32.max) - 1 << 16 else { return false }
        let name = Data(name.utf8)
        // Version, flags (names are UTF-8), stored, time and date (1980), checksum, sizes, and the name's length.
        var common = Data()
        for value in [20, 1 << 11, 0, 0, 0x21] { common.append(number: value, bytes: 2) }
        for value in [Int(sum), size, size] { common.append(number: value, bytes: 4) }
        for value in [name.count, 0] { common.append(number: value, bytes: 2) }
        var head = Data()
        head.append(number: 0x0403_4b50, bytes: 4)
        head += common + name
        directory.append(number: 0x0201_4b50, bytes: 4)
        directory.append(number: 20, bytes: 2)
        directory += common
        for (value, width) in [(0, 2), (0, 2), (0, 2), (0, 4), (length, 4)] {
            directory.append(number: value, bytes: width)
        }
        directory += name
        parts += [head, bytes]
        length += head.count + size
        count += 1
        return true
    }

    /// Writes the file; see ``AtomicFile/write(parts:to:)``.
    package func write(to path: FilePath) throws(FileError) {
        var end = Data()
        for (value, width) in [
            (0x0605_4b50, 4), (0, 2), (0, 2), (count, 2), (count, 2), (directory.count, 4), (length, 4), (0, 2),
        ] { end.append(number: value, bytes: width) }
        do {
            try Self.withBytes(of: (parts + [directory, end])[...]) { try AtomicFile.write(parts: $0, to: path) }
        } catch {
            throw FileError(writing: path, error)
        }
    }

    /// Calls `body` with the bytes of all `parts`, behind those that are `found`; nothing is copied.
    private static func withBytes(
        of parts: ArraySlice<any ContiguousBytes>, _ found: [UnsafeRawBufferPointer] = [],
        _ body: ([UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        guard let first = parts.first else { return try body(found) }
        try first.withUnsafeBytes { try withBytes(of: parts.dropFirst(), found + [$0], body) }
    }

    /// CRC-32, as in ISO 3309.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum = UInt32.max
        table.withUnsafeBufferPointer { table in
            for byte in bytes { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
        }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var sum = UInt32(index)
        for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
        return sum
    }
}

extension Data {
    /// Appends a number, its lowest byte first.
    fileprivate mutating func append(number: Int, bytes: Int) {
        for i in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
    }
}
