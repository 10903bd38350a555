import Foundation

/// Small files that claim large things.
enum BombFile {
    // MARK: PNG

    /// A PNG that claims to be `width`×`height`, of 8-bit RGB, with `chunks` behind its header; a valid one needs IDAT.
    static func png(
        _ width: Int, _ height: Int, colorType: UInt8 = 2, interlaced: Bool = false, _ chunks: [UInt8]...
    ) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [8, colorType, 0, 0, interlaced ? 1 : 0]
        return [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + chunk("IHDR", header) + chunks.joined()
    }

    /// A chunk; `length` is what it claims where that is not the length of `data`.
    static func chunk(_ name: String, _ data: [UInt8], length: Int? = nil) -> [UInt8] {
        let body = Array(name.utf8) + data
        return bigEndian(length ?? data.count) + body + crc32(body)
    }

    /// A zlib stream of `prefix` and then `count` zeros or some more, in a 150th of the space (RFC 1950; RFC 1951,
    /// 3.2.6).
    static func deflated(_ prefix: [UInt8] = [], zeros count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x9C]
        var (bits, used) = (UInt32(0), UInt32(0))
        func put(_ value: UInt32, _ width: UInt32) {
            bits |= value << used
            used += width
            while used >= 8 {
                bytes.append(UInt8(bits & 0xFF))
                (bits, used) = (bits >> 8, used - 8)
            }
        }
        func code(_ value: UInt32, _ width: UInt32) {
            for i in 0..<width { put(value >> (width - 1 - i) & 1, 1) }
        }
        put(0b011, 3)  // the last block, with the fixed codes
        for byte in prefix + [0] { byte < 144 ? code(0x30 + UInt32(byte), 8) : code(0x190 + UInt32(byte) - 144, 9) }
        let runs = (count + 257) / 258
        for _ in 0..<runs {
            code(0b1100_0101, 8)  // the last byte 258 times more
            code(0, 5)
        }
        code(0, 7)  // the end
        put(0, 7)
        let (a, b) = prefix.reduce((1, 0)) { ($0.0 + Int($1), $0.1 + $0.0 + Int($1)) }
        return bytes + bigEndian(((b + a * (1 + 258 * runs)) % 65521) << 16 | a % 65521)
    }

    // MARK: JPEG

    /// A grey progressive JPEG of `width`×`height`, all of whose blocks but the first are missing, in `scans` scans.
    static func progressiveJPEG(_ width: Int, _ height: Int, scans: Int) -> [UInt8] {
        // One block: a DC scan, then for each coefficient its 14 bits, the highest first; none is set.
        let later = (1...63).flatMap { coefficient in
            (0...13).reversed().map { bit in scan(coefficient...coefficient, high: bit == 13 ? 0 : bit + 1, low: bit) }
        }
        return jpegHead(0xC2, width, height) + scan(0...0, high: 0, low: 0) + later.prefix(scans - 1).joined()
            + [0xFF, 0xD9]
    }

    /// A grey baseline JPEG that claims to be `width`×`height` and ends with its first block.
    static func baselineJPEG(_ width: Int, _ height: Int) -> [UInt8] {
        jpegHead(0xC0, width, height) + scan(0...63, high: 0, low: 0) + [0xFF, 0xD9]
    }

    private static func jpegHead(_ frame: UInt8, _ width: Int, _ height: Int) -> [UInt8] {
        func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
            [0xFF, marker] + bigEndian(data.count + 2).suffix(2) + data
        }
        // Of each kind a Huffman table with one code, 0, which stands for 0: no difference, or the block's end.
        let table = [UInt8(1)] + Array(repeating: 0, count: 15) + [0]
        return [0xFF, 0xD8] + segment(0xDB, [0] + Array(repeating: 1, count: 64))
            + segment(frame, [8] + bigEndian(height).suffix(2) + bigEndian(width).suffix(2) + [1, 1, 0x11, 0])
            + segment(0xC4, [0x00] + table) + segment(0xC4, [0x10] + table)
    }

    private static func scan(_ coefficients: ClosedRange<UInt8>, high: Int, low: Int) -> [UInt8] {
        let parameters = [coefficients.lowerBound, coefficients.upperBound, UInt8(high << 4 | low)]
        return [0xFF, 0xDA, 0, 8, 1, 1, 0x00] + parameters + [0x3F]
    }

    // MARK: Others

    /// A safetensors file with this header.
    static func safeTensors(_ header: String) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
    }

    /// Makes the file at `path` longer: with a hole, which takes no room on the disk.
    static func lengthen(_ path: String, to size: Int) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(size))
        try file.close()
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) }
    }

    /// PNG's checksum (PNG specification, annex D).
    private static func crc32(_ bytes: [UInt8]) -> [UInt8] {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
        }
        return withUnsafeBytes(of: (~crc).bigEndian) { Array($0) }
    }
}
