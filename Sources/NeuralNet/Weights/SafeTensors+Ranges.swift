package import Files
package import Foundation

/// Which bytes of a safetensors file hold what is wanted of it: for a file that lies elsewhere.
extension SafeTensors {
    /// How many bytes at a file's beginning tell how long its header is.
    package static let lengthSize = 8

    /// The most bytes that a network's header may have, which takes some kilobytes, and that any may have by the
    /// format's own rule. The bound keeps other kinds of files from passing for truncated ones, and from taking a
    /// hundred times their size while they are decoded.
    package static let networkHeaderLimit = 1 << 20, largestHeader = 100_000_000

    /// Where the header ends and the data begins, by the first ``lengthSize`` bytes of a file or more.
    ///
    /// - Throws: `WeightsError.truncated` where there are fewer, `malformed` where they are no header's length.
    package static func headerEnd(
        _ head: Data, limit: Int = networkHeaderLimit, path: FilePath
    ) throws(WeightsError) -> Int {
        let length = try head.withUnsafeBytes { bytes in
            Result { () throws(WeightsError) in
                var reader = ByteReader(bytes, path: path)
                return try reader.integer(UInt64.self)
            }
        }.get()
        guard length <= limit else { throw .malformed(path: path, reason: "a header of \(length) bytes") }
        return lengthSize + Int(length)
    }

    /// The bytes of a file of `size` bytes that hold its header and the tensors that are wanted, in ascending order.
    ///
    /// Ranges with less than `gap` bytes between them are one: a request takes longer than that many bytes.
    /// - Parameters:
    ///   - wanted: says of a name whether the tensor is wanted.
    ///   - head: the file's beginning, with the whole header.
    /// - Throws: `WeightsError.truncated` or `malformed`, as for opening the whole file.
    package static func ranges(
        of wanted: (String) -> Bool, head: Data, size: Int, gap: Int = 1 << 20, path: FilePath
    ) throws(WeightsError) -> [Range<Int>] {
        let dataStart = try headerEnd(head, path: path)
        guard dataStart <= min(head.count, size) else {
            throw .truncated(path: path, expected: dataStart, actual: min(head.count, size))
        }
        let start = head.startIndex
        let header = try SafeTensorsHeader(json: head[(start + lengthSize)..<(start + dataStart)], path: path)
        try header.check(dataSize: size - dataStart, dataStart: dataStart, path: path)
        let parts = header.tensors.filter { wanted($0.key) && !$0.value.range.isEmpty }
            .map { dataStart + $0.value.range.lowerBound..<dataStart + $0.value.range.upperBound }
            .sorted { $0.lowerBound < $1.lowerBound }
        return parts.reduce(into: [0..<dataStart]) { ranges, part in
            let last = ranges.count - 1
            if part.lowerBound - ranges[last].upperBound < gap {
                ranges[last] = ranges[last].lowerBound..<part.upperBound
            } else {
                ranges.append(part)
            }
        }
    }
}
