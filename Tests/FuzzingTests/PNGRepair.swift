/// Makes the checksums of a PNG right, in the manner of the file that the bytes were once.
enum PNGRepair {
    private static let signature = 8
    /// A chunk is its length, its name, its data and its checksum.
    private static let lengthSize = 4, nameSize = 4, checksumSize = 4

    static func repaired(_ file: [UInt8]) -> [UInt8] {
        var file = file
        var start = signature
        while file.count - start >= lengthSize + nameSize + checksumSize {
            let room = file.count - start - lengthSize - nameSize - checksumSize
            var count = Int(file.bigEndian(at: start))
            if count > room {
                count = room
                file.set(UInt32(count), at: start)
            }
            let name = start + lengthSize, data = name + nameSize, end = data + count
            // Behind a profile's name stand a zero and the method.
            switch String(decoding: file[name..<data], as: UTF8.self) {
            case "IDAT": repairStored(&file, in: data..<end)
            case "iCCP":
                if let zero = file[data..<end].firstIndex(of: 0), zero + 2 <= end {
                    repairStored(&file, in: zero + 2..<end)
                }
            default: break
            }
            file.set(crc32(file[name..<end]), at: end)
            start = end + checksumSize
        }
        return file
    }

    /// Makes lengths and checksum right in a zlib stream whose blocks are stored uncompressed (RFC 1950, RFC 1951
    /// 3.2.4); what is compressed stays as it is.
    private static func repairStored(_ file: inout [UInt8], in stream: Range<Int>) {
        var sums: (a: UInt32, b: UInt32) = (1, 0)
        var position = stream.lowerBound + 2
        while position + 5 <= stream.upperBound {
            let isLast = file[position] & 1 == 1
            guard file[position] >> 1 & 3 == 0 else { return }
            let count = min(
                Int(file[position + 1]) | Int(file[position + 2]) << 8, stream.upperBound - position - 5 - 4)
            guard count >= 0 else { return }
            (file[position + 1], file[position + 2]) = (UInt8(count & 0xFF), UInt8(count >> 8))
            (file[position + 3], file[position + 4]) = (~file[position + 1], ~file[position + 2])
            for byte in file[position + 5..<position + 5 + count] {
                sums.a = (sums.a + UInt32(byte)) % 65521
                sums.b = (sums.b + sums.a) % 65521
            }
            position += 5 + count
            if isLast { return file.set(sums.b << 16 | sums.a, at: position) }
        }
    }

    /// PNG's checksum (PNG specification, annex D).
    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
    }

    private static let table = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
}

extension [UInt8] {
    fileprivate func bigEndian(at offset: Int) -> UInt32 {
        self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    fileprivate mutating func set(_ value: UInt32, at offset: Int) {
        for i in 0..<4 { self[offset + i] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(i))) }
    }
}
