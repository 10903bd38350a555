/// A file format for pictures.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// PNG: nothing is lost.
    case png

    /// JPEG: smaller, and close.
    case jpeg

    /// The format that a file's leading bytes announce; nil when it is neither.
    public init?(recognizing bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// The format to write at `path`: JPEG when it ends in `.jpg` or `.jpeg`, in any case, and PNG otherwise.
    public init(forWritingTo path: String) {
        let name = path.lowercased()
        self = name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") ? .jpeg : .png
    }
}

extension ImageFormat {
    /// The size that the beginning of a file in this format gives; nil where it has not come yet, or is not where it
    /// should be.
    ///
    /// For turning files away before they are read: whoever decodes them finds out for good. A JPEG's is the stored one.
    func size(inHeaderOf bytes: [UInt8]) -> Size? {
        switch self {
        case .png: Self.pngSize(bytes)
        case .jpeg: Self.jpegSize(bytes)
        }
    }

    /// IHDR comes first: behind the signature of 8 bytes, its length and its name (PNG specification, 5.3 and 11.2.2).
    private static func pngSize(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return Size(width: bytes.bigEndian(16..<20), height: bytes.bigEndian(20..<24))
    }

    /// The frame header stands behind segments of any number (ITU-T T.81, B.1.1 and B.2.2).
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
}

extension [UInt8] {
    /// The number in these bytes, the most significant one first.
    fileprivate func bigEndian(_ range: Range<Int>) -> Int { self[range].reduce(0) { $0 << 8 | Int($1) } }
}
