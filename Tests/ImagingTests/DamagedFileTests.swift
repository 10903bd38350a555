import Files
import Imaging
import Testing

@Suite struct DamagedFileTests {
    static let files = [
        "rgb-8.png", "palette-2-trns-interlaced.png", "baseline.jpg", "progressive.jpg", "ycck.jpg",
        "orientation-6.jpg",
    ]

    @Test("a file cut short anywhere is an error", arguments: files)
    func refusesEveryTruncation(name: String) throws {
        let bytes = try TestPicture.bytes(name)
        for count in 0..<bytes.count {
            let error = imageError { () throws(ImageError) in
                try Picture(decoding: Array(bytes[..<count]), path: FilePath(name))
            }
            switch error {
            case .damaged, .unknownFormat: break
            default: Issue.record("the first \(count) of \(bytes.count) bytes gave \(String(describing: error))")
            }
        }
    }

    /// JPEG has no checksums, so a changed byte may give another picture; it must never give a crash.
    @Test("a changed byte gives an error or a picture", arguments: files)
    func survivesEveryChangedByte(name: String) throws {
        let bytes = try TestPicture.bytes(name)
        for position in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= change
                // The limit keeps a changed size from taking the time that a picture of that size takes.
                _ = try? Picture(decoding: changed, path: FilePath(name), maxPixels: 100_000)
            }
        }
    }

    @Test func `changed pixel data in a PNG is always noticed`() throws {
        let bytes = try TestPicture.bytes("rgb-8.png")
        let data = try #require(bytes.firstRange(of: Array("IDAT".utf8)))
        for position in data.upperBound..<bytes.count - 12 {
            var changed = bytes
            changed[position] ^= 0x10
            #expect(throws: ImageError.self) { try Picture(decoding: changed, path: "p") }
        }
    }
}
