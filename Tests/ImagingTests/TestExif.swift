/// Puts EXIF data together, and takes it apart again, without the code under test.
struct TestExif {
    /// A field: its tag, and what it holds.
    struct Field {
        let tag: UInt16
        let value: Value

        init(_ tag: UInt16, _ value: Value) { (self.tag, self.value) = (tag, value) }
    }

    enum Value {
        case text(String)
        case short(UInt16)
        case long(UInt32)
        case rational(UInt32, UInt32)
        case bytes([UInt8])
        case directory([Field])
    }

    /// Bytes that are no EXIF data.
    struct Malformed: Error {}

    /// Most significant byte first.
    var isBig = false
    var fields: [Field]
    /// The bytes of the thumbnail; nil for none.
    var thumbnail: [UInt8]?

    private func number(_ value: UInt32, _ count: Int) -> [UInt8] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
        return isBig ? bytes.reversed() : bytes
    }

    /// The data, from the TIFF header on. A directory is followed by its values, and the thumbnail is the last.
    var bytes: [UInt8] {
        var all = (isBig ? Array("MM\0*".utf8) : Array("II*\0".utf8)) + number(8, 4)
        let link = append(fields, to: &all)
        guard let thumbnail else { return all }
        let start = all.count
        all.replaceSubrange(link..<link + 4, with: number(UInt32(start), 4))
        let end = UInt32(start + 2 + 2 * 12 + 4)
        _ = append([.init(0x0201, .long(end)), .init(0x0202, .long(UInt32(thumbnail.count)))], to: &all)
        return all + thumbnail
    }

    /// Appends a directory; returns the place of its link to the next.
    private func append(_ fields: [Field], to all: inout [UInt8]) -> Int {
        let start = all.count + 2, link = start + 12 * fields.count
        all += number(UInt32(fields.count), 2) + [UInt8](repeating: 0, count: 12 * fields.count + 4)
        for (i, field) in fields.enumerated() {
            let (type, count, data): (UInt32, Int, [UInt8])
            switch field.value {
            case .text(let text): (type, count, data) = (2, text.utf8.count + 1, Array(text.utf8) + [0])
            case .short(let value): (type, count, data) = (3, 1, number(UInt32(value), 2))
            case .long(let value): (type, count, data) = (4, 1, number(value, 4))
            case .rational(let a, let b): (type, count, data) = (5, 1, number(a, 4) + number(b, 4))
            case .bytes(let bytes): (type, count, data) = (7, bytes.count, bytes)
            case .directory(let below):
                (type, count, data) = (4, 1, number(UInt32(all.count), 4))
                _ = append(below, to: &all)
            }
            let head = number(UInt32(field.tag), 2) + number(type, 2) + number(UInt32(count), 4)
            let isInside = data.count <= 4
            let value = isInside ? data + [UInt8](repeating: 0, count: 4 - data.count) : number(UInt32(all.count), 4)
            if !isInside { all += data + (data.count % 2 == 1 ? [0] : []) }
            all.replaceSubrange(start + 12 * i..<start + 12 * i + 12, with: head + value)
        }
        return link
    }

    /// The bytes of a number of each type, of a rational each of two.
    private static let sizes = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 1, 7: 1, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4, 129: 1,
    ]

    /// The values of all fields, least significant byte first, by the name of the directory and the tag; and the
    /// thumbnail's, called `next`.
    static func read(_ data: [UInt8]) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        let isBig = data.starts(with: Array("MM\0*".utf8))
        guard data.count >= 8, isBig || data.starts(with: Array("II*\0".utf8)) else { throw Malformed() }
        func number(_ place: Int, _ count: Int) throws -> Int {
            guard place >= 0, place + count <= data.count else { throw Malformed() }
            let bytes = data[place..<place + count]
            var value = 0
            for byte in isBig ? Array(bytes) : bytes.reversed() { value = value << 8 | Int(byte) }
            return value
        }
        func directory(_ place: Int, _ name: String, _ below: [Int: String]) throws -> Int {
            let count = try number(place, 2)
            for entry in (0..<count).map({ place + 2 + 12 * $0 }) {
                let tag = try number(entry, 2), type = try number(entry + 2, 2)
                guard let size = sizes[type] else { throw Malformed() }
                let values = try number(entry + 4, 4) * ([5, 10].contains(type) ? 2 : 1)
                let start = values * size <= 4 ? entry + 8 : try number(entry + 8, 4)
                if let name = below[tag] {
                    guard [4, 13].contains(type), values == 1 else { throw Malformed() }
                    _ = try directory(number(start, 4), name, name == "exif" ? [0xA005: "interop"] : [:])
                } else {
                    let hexadecimal = String(tag, radix: 16, uppercase: true)
                    found["\(name) \(hexadecimal)"] = try (0..<values).flatMap { i in
                        let value = try number(start + i * size, size)
                        return (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
                    }
                }
            }
            return place + 2 + 12 * count
        }
        let link = try directory(number(4, 4), "first", [0x8769: "exif", 0x8825: "gps"])
        let next = try number(link, 4)
        if next != 0 { _ = try directory(next, "next", [:]) }
        return found
    }
}

extension TestFile {
    /// The EXIF data in a file, from its TIFF header on; of a TIFF the whole file.
    static func exif(in file: [UInt8], _ name: String) -> [UInt8]? {
        switch name {
        case "jpg":
            guard let start = file.firstRange(of: Array("Exif\0\0".utf8)), start.lowerBound >= 4 else { return nil }
            let count = Int(file[start.lowerBound - 2]) << 8 | Int(file[start.lowerBound - 1])
            return Array(file[start.upperBound..<start.lowerBound - 2 + count])
        case "png": return chunk("eXIf", of: file)
        case "webp":
            guard let start = file.firstRange(of: Array("EXIF".utf8))?.upperBound else { return nil }
            var count = 0
            for byte in file[start..<start + 4].reversed() { count = count << 8 | Int(byte) }
            return Array(file[start + 4..<start + 4 + count])
        case "avif":
            // What follows does not matter.
            let start = ["II*\0", "MM\0*"].compactMap { file.firstRange(of: Array($0.utf8))?.lowerBound }.first
            return start.map { Array(file[$0...]) }
        default: return file
        }
    }
}
