public import Files

/// A picture file format that is read.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// PNG: lossless.
    case png

    /// JPEG: smaller, lossy.
    case jpeg

    /// TIFF: lossless, or what the file says.
    case tiff

    /// WebP: 8 bits, lossless or lossy.
    case webp

    /// AVIF: small, up to 12 bits, lossy or lossless.
    case avif

    /// HEIC, as phones write it: only read.
    case heic

    /// The format with the signature at the start of `bytes`; nil for none.
    public init?(recognizing bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if Self.tiffSignatures.contains(where: bytes.starts) {
            self = .tiff
        } else if bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else if let format = Self.heifFormat(bytes) {
            self = format
        } else {
            return nil
        }
    }

    /// Least or most significant byte first; with offsets of 32 or 64 bits.
    private static let tiffSignatures: [[UInt8]] = [
        [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
    ]

    /// By the brands in the box of the file's type (ISO/IEC 14496-12, 4.3; 23008-12, annex B; AV1 Image File Format).
    private static func heifFormat(_ bytes: [UInt8]) -> ImageFormat? {
        guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let end = min(bytes.bigEndian(0..<4), bytes.count, 256)
        // Behind the main brand stands a version.
        let starts = [8] + Array(stride(from: 16, through: end - 4, by: 4))
        let brands = starts.map { String(decoding: bytes[$0..<$0 + 4], as: UTF8.self) }
        if !["avif", "avis"].allSatisfy({ !brands.contains($0) }) { return .avif }
        return brands.contains { ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains($0) }
            ? .heic : nil
    }

    /// The format to write at `path`, by the end of its name (case-insensitively): PNG where that says nothing.
    public init(forWritingTo path: FilePath) {
        self = path.ending.flatMap { ending in Self.writable.first { $0.endings.contains(ending) } } ?? .png
    }
}

extension ImageFormat {
    /// The formats that are written.
    public static let writable: [ImageFormat] = [.png, .jpeg, .tiff, .webp, .avif]

    /// What names of such files end in, without the dot, the usual one first.
    public var endings: [String] {
        switch self {
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg"]
        case .tiff: ["tif", "tiff"]
        case .webp: ["webp"]
        case .avif: ["avif"]
        case .heic: ["heic", "heif"]
        }
    }

    /// The name in messages.
    public var name: String { self == .webp ? "WebP" : rawValue.uppercased() }

    /// Whether it can hold alpha.
    public var hasAlpha: Bool { self != .jpeg }

    /// Whether a quality below that of the pixels themselves can be asked for.
    public var hasQuality: Bool { [.jpeg, .webp, .avif].contains(self) }

    /// Whether it holds more than 8 bits.
    var isDeep: Bool { [.png, .tiff, .avif].contains(self) }

    /// The most pixels that a side of a file can have.
    public var largestSide: Int {
        switch self {
        case .png, .tiff: 0x7FFF_FFFF
        case .jpeg: 65500
        case .webp: 16383
        case .avif, .heic: 32768
        }
    }

    /// Whether every file has its size in front of its pixels.
    var hasSizeInFront: Bool { [.png, .jpeg, .webp].contains(self) }

    /// The size in the header at the start of a file in this format; nil where it is incomplete, malformed or
    /// elsewhere.
    ///
    /// It serves to reject large files before reading them whole; decoding checks again. A JPEG's is the stored size,
    /// before rotation.
    func size(inHeaderOf bytes: [UInt8]) -> Size? {
        switch self {
        case .png: Self.pngSize(bytes)
        case .jpeg: Self.jpegSize(bytes)
        case .webp: Self.webpSize(bytes)
        case .tiff: Self.tiffSize(bytes)
        case .avif, .heic: nil
        }
    }

    /// IHDR is the first chunk, after the signature of 8 bytes (PNG specification, 5.3 and 11.2.2).
    private static func pngSize(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return Size(width: bytes.bigEndian(16..<20), height: bytes.bigEndian(20..<24))
    }

    /// The frame header follows any number of other segments (ITU-T T.81, B.1.1 and B.2.2).
    private static func jpegSize(_ bytes: [UInt8]) -> Size? {
        var position = 2
        while position + 9 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            switch marker {
            case 0xFF: position += 1  // fill
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                return Size(
                    width: bytes.bigEndian(position + 7..<position + 9),
                    height: bytes.bigEndian(position + 5..<position + 7))
            default: position += 2 + bytes.bigEndian(position + 2..<position + 4)
            }
        }
        return nil
    }

    /// In the first chunk, of one of three kinds (WebP Container Specification; RFC 6386, 9.1; RFC 9649, 3.4).
    private static func webpSize(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 30 else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8X":
            return Size(width: bytes.littleEndian(24..<27) + 1, height: bytes.littleEndian(27..<30) + 1)
        case "VP8L":
            let bits = bytes.littleEndian(21..<25)
            return Size(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        case "VP8 ":
            return Size(width: bytes.littleEndian(26..<28) & 0x3FFF, height: bytes.littleEndian(28..<30) & 0x3FFF)
        default: return nil
        }
    }

    /// In the first directory, where that is among the bytes and has offsets of 32 bits (TIFF 6.0, section 2).
    private static func tiffSize(_ bytes: [UInt8]) -> Size? {
        let isBigEndian = bytes.first == 0x4D
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start >= 0, start + count <= bytes.count else { return nil }
            return isBigEndian
                ? bytes.bigEndian(start..<start + count) : bytes.littleEndian(start..<start + count)
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        var sides: [Int: Int] = [:]
        for entry in (0..<count).map({ directory + 2 + 12 * $0 }) {
            guard let tag = number(entry, 2), let type = number(entry + 2, 2) else { return nil }
            if tag == 256 || tag == 257 { sides[tag] = number(entry + 8, type == 3 ? 2 : 4) }
        }
        guard let width = sides[256], let height = sides[257] else { return nil }
        return Size(width: width, height: height)
    }
}

extension [UInt8] {
    /// The big-endian unsigned integer in these bytes.
    fileprivate func bigEndian(_ range: Range<Int>) -> Int { self[range].reduce(0) { $0 << 8 | Int($1) } }

    /// The little-endian unsigned integer in these bytes.
    fileprivate func littleEndian(_ range: Range<Int>) -> Int { self[range].reversed().reduce(0) { $0 << 8 | Int($1) } }
}
