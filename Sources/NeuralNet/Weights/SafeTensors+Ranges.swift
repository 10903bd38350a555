package import Files
package import Foundation

/// Byte ranges of a safetensors file, for partial downloads.
extension SafeTensors {
    /// The size of the header-length field at the beginning of a file, in bytes.
    package static let lengthSize = 8

    /// The maximum size of a header in bytes: of a network, whose header takes a few kilobytes, and by the format. The
    /// bound rejects other kinds of files, which would be reported as truncated otherwise, and limits the memory of
    /// decoding, about a hundred times the header's size.
    package static let networkHeaderLimit = 1 << 20, largestHeader = 100_000_000

    /// The offset of the data, decoded from `head`, the first ``lengthSize`` bytes of a file or more.
    ///
    /// - Throws: `WeightsError.truncated` where there are fewer, `malformed` for a length above `limit`.
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

    /// The byte ranges of the header and of the wanted tensors in a file of `size` bytes, in ascending order.
    ///
    /// Ranges less than `gap` bytes apart are merged, as a request costs more time than so many bytes.
    /// - Parameters:
    ///   - wanted: returns whether the tensor of a name is wanted.
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
