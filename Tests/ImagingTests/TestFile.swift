/// Takes files apart and puts things into them.
enum TestFile {
    /// A PNG with a chunk after its header, or behind its pixels.
    static func png(_ file: [UInt8], with name: String, _ data: [UInt8], atEnd: Bool = false) -> [UInt8] {
        let chunk = Array(name.utf8) + data, place = atEnd ? file.count - 12 : 33
        return file[..<place] + bigEndian(UInt32(data.count)) + chunk + crc32(chunk) + file[place...]
    }

    /// A PNG with an ICC profile.
    static func png(_ file: [UInt8], with profile: [UInt8]) -> [UInt8] {
        png(file, with: "iCCP", Array("name\0\0".utf8) + stored(profile))
    }

    /// The data of a PNG's chunk; nil when it has none of that name.
    static func chunk(_ name: String, of file: [UInt8]) -> [UInt8]? {
        var position = 8
        while position + 8 <= file.count {
            let count = file[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            if Array(name.utf8) == Array(file[position + 4..<position + 8]) {
                return Array(file[position + 8..<position + 8 + count])
            }
            position += 12 + count
        }
        return nil
    }

    /// A JPEG with an APP marker in front of the others.
    static func jpeg(_ file: [UInt8], app number: UInt8, _ data: [UInt8]) -> [UInt8] {
        file[..<2] + [0xFF, 0xE0 + number, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data
            + file[2...]
    }

    /// A JPEG with an ICC profile in the given parts of it, each with its number of `total`.
    static func jpeg(_ file: [UInt8], profileParts parts: [(number: UInt8, bytes: [UInt8])], of total: UInt8) -> [UInt8]
    {
        parts.reduce(file) { jpeg($0, app: 2, Array("ICC_PROFILE\0".utf8) + [$1.number, total] + $1.bytes) }
    }

    /// A JPEG with an ICC profile.
    static func jpeg(_ file: [UInt8], with profile: [UInt8]) -> [UInt8] {
        jpeg(file, profileParts: [(1, profile)], of: 1)
    }

    /// EXIF data, least significant bytes first, with the given rationals (numerator and denominator) as X and Y
    /// resolution.
    static func exif(_ x: (UInt32, UInt32), _ y: (UInt32, UInt32), unit: UInt16?, orientation: UInt16 = 1) -> [UInt8] {
        func short(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
        func long(_ value: UInt32) -> [UInt8] { bigEndian(value).reversed() }
        let count: UInt16 = unit == nil ? 3 : 4
        let end = UInt32(8 + 2 + 12 * Int(count) + 4)
        var entries = short(0x0112) + short(3) + long(1) + short(orientation) + short(0)
        entries += short(0x011A) + short(5) + long(1) + long(end)
        entries += short(0x011B) + short(5) + long(1) + long(end + 8)
        if let unit { entries += short(0x0128) + short(3) + long(1) + short(unit) + short(0) }
        return Array("Exif\0\0II*\0".utf8) + long(8) + short(count) + entries + long(0)
            + long(x.0) + long(x.1) + long(y.0) + long(y.1)
    }

    /// PNG's checksum, most significant byte first (PNG specification, annex D).
    static func crc32(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
        }
        return bigEndian(~crc)
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    /// A zlib stream that holds the bytes as they are (RFC 1950 and 1951).
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt16(bytes.count)
        let length = [UInt8(count & 0xFF), UInt8(count >> 8)]
        var (a, b) = (UInt32(1), UInt32(0))
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes + bigEndian(b << 16 | a)
    }
}
