/// A kind of file that is no picture which is read, though people have their pictures in it.
public enum ForeignFormat: String, CaseIterable, Sendable {
    case gif, bmp, portableMap, openEXR, radiance, jpegXL, jpeg2000, icon
    case photoshop, gimp, zip
    case svg, pdf, postScript
    case cameraRaw, film, webPage

    /// The kind with a signature in `bytes`, the first thousand or more of a file; nil for none.
    public init?(recognizing bytes: [UInt8]) {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        func begins(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }
        if has("GIF8") {
            self = .gif
        } else if has("BM"), bytes.count >= 18, bytes[6..<10].elementsEqual([0, 0, 0, 0]), bytes[15] == 0 {
            self = .bmp
        } else if has("P"), bytes.count >= 3, ("1"..."7").contains(Character(Unicode.Scalar(bytes[1]))),
            [0x09, 0x0A, 0x0D, 0x20].contains(bytes[2])
        {
            self = .portableMap
        } else if begins([0x76, 0x2F, 0x31, 0x01]) {
            self = .openEXR
        } else if has("#?RADIANCE") || has("#?RGBE") {
            self = .radiance
        } else if begins([0xFF, 0x0A]) || begins([0, 0, 0, 12] + Array("JXL ".utf8)) {
            self = .jpegXL
        } else if begins([0xFF, 0x4F, 0xFF, 0x51]) || begins([0, 0, 0, 12] + Array("jP  ".utf8)) {
            self = .jpeg2000
        } else if begins([0, 0, 1, 0]) {
            self = .icon
        } else if has("8BPS") {
            self = .photoshop
        } else if has("gimp xcf") {
            self = .gimp
        } else if begins(Array("PK".utf8) + [3, 4]) {
            self = .zip
        } else if has("%PDF") {
            self = .pdf
        } else if has("%!PS") || begins([0xC5, 0xD0, 0xD3, 0xC6]) {
            self = .postScript
        } else if Self.rawSignatures.contains(where: { has($0.text, at: $0.offset) }) {
            self = .cameraRaw
        } else if has("ftyp", at: 4) || has("moov", at: 4) || (has("RIFF") && has("AVI ", at: 8))
            || begins([0x1A, 0x45, 0xDF, 0xA3])
        {
            self = .film
        } else if let kind = Self.markup(bytes) {
            self = kind
        } else {
            return nil
        }
    }

    /// Raw files that are no TIFF: Fujifilm's, Canon's, Olympus's, Panasonic's, Minolta's, Sigma's. Those that are one
    /// are known by what is inside.
    private static let rawSignatures: [(text: String, offset: Int)] = [
        ("FUJIFILMCCD-RAW", 0), ("ftypcrx ", 4), ("HEAPCCDR", 6), ("IIRO", 0), ("IIRS", 0), ("MMOR", 0), ("IIU\0", 0),
        ("\0MRM", 0), ("FOVb", 0),
    ]

    /// SVG and HTML are text that may begin with a byte-order mark, white space, comments and declarations.
    private static func markup(_ bytes: [UInt8]) -> ForeignFormat? {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self).lowercased()
        guard text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "<" else { return nil }
        return text.contains("<svg") && !text.contains("<html")
            ? .svg
            : text.contains("<html") || text.contains("<!doctype html") ? .webPage : nil
    }

    /// The name in messages, with an article.
    public var name: String {
        switch self {
        case .gif: "a GIF"
        case .bmp: "a BMP"
        case .portableMap: "a portable map (PNM)"
        case .openEXR: "an OpenEXR picture"
        case .radiance: "a Radiance picture (HDR)"
        case .jpegXL: "a JPEG XL picture"
        case .jpeg2000: "a JPEG 2000 picture"
        case .icon: "an icon"
        case .photoshop: "a Photoshop document"
        case .gimp: "a GIMP document"
        case .zip: "a ZIP archive"
        case .svg: "an SVG drawing"
        case .pdf: "a PDF document"
        case .postScript: "a PostScript document"
        case .cameraRaw: "a camera's raw file"
        case .film: "a film"
        case .webPage: "a web page"
        }
    }

    /// What to do.
    public var advice: String {
        switch self {
        case .gif, .bmp, .portableMap, .jpegXL, .jpeg2000, .icon: "convert it to PNG first"
        case .openEXR, .radiance: "convert it to a TIFF or PNG of 16 bits first, in a program that maps its tones"
        case .photoshop, .gimp: "export it as TIFF or PNG from the program that it belongs to"
        case .zip: "take the picture out of it; export documents as PNG from the program that they belong to"
        case .svg, .pdf, .postScript: "draw it as PNG first, at the size that is wanted"
        case .cameraRaw: "develop it in a raw converter, and export it as TIFF or PNG of 16 bits"
        case .film: "save one of its pictures as PNG first"
        case .webPage: "save the picture itself, not the page around it"
        }
    }
}
