import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// TIFF, WebP, HEIC and AVIF files that other programs wrote, against the pixels that they hold.
@Suite struct PictureFormatTests {
    /// A line of pictures.txt.
    struct Entry: CustomTestStringConvertible, Sendable {
        let name, reference: String
        /// The largest difference, in steps of 8 bits.
        let steps: Float

        var testDescription: String { name }

        static let all: [Entry] = {
            let lines = (try? String(decoding: TestPicture.bytes("Formats/pictures.txt"), as: UTF8.self)) ?? ""
            return lines.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                return Float(words[2]).map { Entry(name: words[0], reference: words[1], steps: $0) }
            }
        }()
    }

    private func read(_ name: String) throws -> Picture { try Picture.read(TestPicture.path("Formats/\(name)")) }

    @Test func `the list is there`() { #expect(Entry.all.count > 60) }

    @Test("pictures hold what went into them", arguments: Entry.all)
    func matchesReference(entry: Entry) throws {
        let picture = try read(entry.name), reference = try read(entry.reference)
        // Values are k/255 or k/65535 in both: equal where nothing may be lost.
        let slack = entry.steps == 0 ? 0 : (entry.steps + 0.01) / 255
        #expect(largestDifference(picture.image, reference.image) <= slack)
        #expect((picture.alpha == nil) == (reference.alpha == nil))
        if let alpha = picture.alpha, let expected = reference.alpha {
            #expect(zip(alpha.values, expected.values).allSatisfy { abs($0 - $1) <= slack })
        }
        #expect(picture.profileProblem == nil)
        #expect(picture.storage.depth == reference.storage.depth || entry.name == "cmyk-16.tif")
    }

    @Test("names do not count", arguments: ["zlib.tif", "lossless.webp", "rgb-8.heic", "rgb-8.avif"])
    func contentDecides(name: String) throws {
        let bytes = try TestPicture.bytes("Formats/\(name)")
        let expected: ImageFormat =
            name.hasSuffix("tif") ? .tiff : name.hasSuffix("webp") ? .webp : name.hasSuffix("heic") ? .heic : .avif
        #expect(ImageFormat(recognizing: bytes) == expected)
        #expect(try Picture(decoding: bytes, path: "p.png") == read(name))
    }

    @Test func `resolutions and profiles are the file's`() throws {
        let tiff = try read("dpi.tif").storage
        #expect(tiff.resolution == Resolution(x: 300, y: 300, unit: .inch))
        #expect(tiff.profile?.isSRGB == true)
        // Stored on its side.
        let webp = try read("turned.webp").storage
        #expect(webp.resolution == Resolution(x: 200, y: 300, unit: .inch))
        #expect(webp.profile?.isSRGB == true)
    }

    @Test("of several pictures the first is read, with a warning", arguments: ["pages.tif", "animation.webp"])
    func warnsOfSeveral(name: String) throws {
        #expect(try read(name).warnings == [.firstOfSeveral])
        #expect(try read("thumbnail-first.tif").warnings == [])
    }

    @Test func `numbers above white are clipped, with a warning`() throws {
        let picture = try read("bright.tif")
        #expect(picture.warnings == [.clipped])
        #expect(picture.image.values.contains(1) && picture.image.values.allSatisfy { 0...1 ~= $0 })
    }

    @Test(
        "what is not read is called what it is",
        arguments: [
            ("signed.tif", "its samples are signed numbers of 16 bits"),
            ("lab-float.tif", "its colours are CIELAB's, of a kind of their own"),
        ])
    func refuses(name: String, reason: String) throws {
        let path = TestPicture.path("Formats/\(name)")
        #expect(
            imageError { () throws(ImageError) in try Picture.read(path) }
                == .unsupported(path: path, format: .tiff, reason: reason))
    }

    /// Its parts may say any size: 1800 bytes took 4 GB, and then wrote beyond them.
    @Test(arguments: [UInt8(2), 3])
    func `a picture laid together of others is not read`(version: UInt8) throws {
        var avif = try TestPicture.bytes("Formats/rgb-8.avif")
        let entry = try #require(avif.firstRange(of: Array("infe".utf8))).upperBound
        avif[entry] = version
        let type = entry + (version == 2 ? 8 : 10)
        avif.replaceSubrange(type..<type + 4, with: Array("iovl".utf8))
        #expect(
            imageError { () throws(ImageError) in try Picture(decoding: avif, path: "p") }
                == .unsupported(path: "p", format: .avif, reason: "pictures laid over each other are not read"))
    }

    @Test func `a raw file inside a TIFF is a raw file`() throws {
        let path = TestPicture.path("Formats/raw-inside.tif")
        let error = imageError { () throws(ImageError) in try Picture.read(path) }
        #expect(error == .foreignFormat(path: path, kind: .cameraRaw))
    }

    static let whole = [
        "plain.tif", "lzw.tif", "zlib.tif", "zstd.tif", "tiles.tif", "jpeg.tif", "lossless.webp", "lossy-alpha.webp",
        "turned.webp", "animation.webp", "rgb-8.heic", "lossy.heic", "rgb-8.avif", "rgba-12.avif",
    ]

    @Test("a file cut short anywhere is an error", arguments: whole)
    func refusesTruncation(name: String) throws {
        let bytes = try TestPicture.bytes("Formats/\(name)")
        for count in stride(from: 0, to: bytes.count, by: 13) + [bytes.count - 1] {
            let error = imageError { () throws(ImageError) in
                try Picture(decoding: Array(bytes[..<count]), path: FilePath(name))
            }
            switch error {
            case .damaged, .unknownFormat: break
            default: Issue.record("the first \(count) of \(bytes.count) bytes gave \(String(describing: error))")
            }
        }
    }

    @Test("a changed byte gives an error or a picture", arguments: whole)
    func survivesChangedBytes(name: String) throws {
        let bytes = try TestPicture.bytes("Formats/\(name)")
        for position in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[position] ^= 0x81
            _ = try? Picture(decoding: changed, path: FilePath(name), maxPixels: 100_000)
        }
    }

    /// A TIFF of one directory, of entries with one 32-bit number each.
    private func tiff(_ entries: [(tag: UInt16, value: UInt32)]) -> [UInt8] {
        func number(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        return Array("II*\0".utf8) + number(8, 4) + number(entries.count, 2)
            + entries.flatMap { number($0.tag, 2) + number(4, 2) + number(1, 4) + number($0.value, 4) } + number(0, 4)
    }

    @Test func `a few bytes that claim a huge picture are refused`() throws {
        let side: UInt32 = 100_000
        let claims: [(UInt16, UInt32)] = [
            (256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 100),
        ]
        let size = Size(width: Int(side), height: Int(side))
        let limit = Picture.defaultMaxPixels
        #expect(
            imageError { () throws(ImageError) in try Picture(decoding: tiff(claims), path: "p") }
                == .tooLarge(path: "p", size: size, maxPixels: limit))
        let tile = tiff([
            (256, 10), (257, 10), (258, 8), (259, 1), (262, 1), (277, 1), (322, 65536), (323, 65536), (324, 8),
            (325, 100),
        ])
        #expect(
            imageError { () throws(ImageError) in try Picture(decoding: tile, path: "p") }
                == .unsupported(path: "p", format: .tiff, reason: "its tiles are far larger than the picture"))

        var avif = try TestPicture.bytes("Formats/rgb-8.avif")
        let box = try #require(avif.firstRange(of: Array("ispe".utf8)))
        avif.replaceSubrange(box.upperBound + 4..<box.upperBound + 12, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        #expect(
            imageError { () throws(ImageError) in try Picture(decoding: avif, path: "p") }
                == .tooLarge(path: "p", size: Size(width: 30000, height: 30000), maxPixels: limit))

        var webp = try TestPicture.bytes("Formats/animation.webp")
        webp.replaceSubrange(24..<30, with: [0x5F, 0xEA, 0, 0x5F, 0xEA, 0])
        #expect(
            imageError { () throws(ImageError) in try Picture(decoding: webp, path: "p") }
                == .tooLarge(path: "p", size: Size(width: 60000, height: 60000), maxPixels: limit))
    }

    @Test(
        "a limit is known from the first bytes",
        arguments: ["dpi.tif", "lossless.webp", "lossy.webp", "animation.webp", "plain.tif"])
    func limitsEarly(name: String) throws {
        let path = TestPicture.path("Formats/\(name)")
        #expect(throws: Never.self) { try Picture.read(path, maxPixels: 37 * 21) }
        let error = imageError { () throws(ImageError) in try Picture.read(path, maxPixels: 37 * 21 - 1) }
        #expect(error == .tooLarge(path: path, size: Size(width: 37, height: 21), maxPixels: 37 * 21 - 1))
    }
}

/// Kinds of file that are known and not read.
@Suite struct ForeignFormatTests {
    @Test(
        "files of other kinds are called what they are",
        arguments: [
            ("GIF89a\u{1}\u{0}", ForeignFormat.gif), ("8BPS\0\u{1}", .photoshop), ("%PDF-1.7\n", .pdf),
            ("<?xml version=\"1.0\"?>\n<!-- a -->\n<svg xmlns=", .svg), ("<!DOCTYPE html><html><svg>", .webPage),
            ("P6\n3 4\n255\n", .portableMap), ("#?RADIANCE\n", .radiance), ("gimp xcf v011", .gimp),
            ("FUJIFILMCCD-RAW 0201", .cameraRaw), ("IIU\0\u{8}\0\0\0", .cameraRaw),
            ("II\u{1a}\0\0\0HEAPCCDR", .cameraRaw),
            ("\0\0\0\u{18}ftypcrx \0\0\0\u{1}", .cameraRaw), ("\0\0\0\u{18}ftypisom\0\0\0\u{1}mp42", .film),
            ("\0\0\0\u{c}JXL \r\n", .jpegXL), ("\0\0\0\u{c}jP  \r\n", .jpeg2000), ("PK\u{3}\u{4}", .zip),
            ("%!PS-Adobe-3.0", .postScript), ("\0\0\u{1}\0\u{1}\0", .icon),
        ])
    func recognizes(start: String, kind: ForeignFormat) {
        let error = imageError { () throws(ImageError) in try Picture(decoding: Array(start.utf8), path: "p.png") }
        #expect(error == .foreignFormat(path: "p.png", kind: kind))
    }

    @Test func `files of other kinds have signatures that are no text`() {
        #expect(ForeignFormat(recognizing: [0xFF, 0x0A, 0]) == .jpegXL)
        #expect(ForeignFormat(recognizing: [0x76, 0x2F, 0x31, 0x01, 2]) == .openEXR)
        let bitmap = Array("BM".utf8) + [70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0]
        #expect(ForeignFormat(recognizing: bitmap) == .bmp)
        #expect(ForeignFormat(recognizing: Array("BM is text, and long enough".utf8)) == nil)
        #expect(ForeignFormat(recognizing: Array("Pictures".utf8)) == nil)
    }
}
