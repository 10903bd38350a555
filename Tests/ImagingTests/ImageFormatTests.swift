import Files
import Imaging
import Testing

@Suite struct ImageFormatTests {
    @Test func `files are recognised by their leading bytes`() throws {
        #expect(try ImageFormat(recognizing: TestPicture.bytes("gray-1.png")) == .png)
        #expect(try ImageFormat(recognizing: TestPicture.bytes("cmyk.jpg")) == .jpeg)
        #expect(ImageFormat(recognizing: []) == nil)
        #expect(ImageFormat(recognizing: [0xFF, 0xD8]) == nil)
        #expect(ImageFormat(recognizing: Array("BM".utf8)) == nil)
    }

    @Test(
        "the end of a name says what is written, and PNG where it says nothing",
        arguments: [
            ("a.jpg", ImageFormat.jpeg), ("a.JPEG", .jpeg), ("dir.png/a.Jpg", .jpeg), ("a.png", .png), ("a.PNG", .png),
            ("a.tif", .tiff), ("b.TIFF", .tiff), ("a.webp", .webp),
            ("a.avif", .avif), ("a.heic", .png),
            ("a.bmp", .png), ("jpg", .png), ("a.jpg/out", .png), ("", .png),
        ])
    func chosenByName(path: String, format: ImageFormat) {
        #expect(ImageFormat(forWritingTo: FilePath(path)) == format)
    }
}
