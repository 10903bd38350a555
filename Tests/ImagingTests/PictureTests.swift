import Files
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct PictureTests {
    private let colours = Image(width: 2, height: 1, values: [1, 0.5, 0, 0.25, 0.25, 0.25])

    @Test func `a missing file is missing`() {
        let path = TestPicture.path("no-such-file.png")
        #expect(imageError { () throws(ImageError) in try Picture.read(path) } == .file(.missing(path: path)))
        let inside = TestPicture.path("rgb-8.png/inside.png")
        #expect(imageError { () throws(ImageError) in try Picture.read(inside) } == .file(.missing(path: inside)))
    }

    @Test func `a folder is unreadable`() {
        let path = TestPicture.path("")
        let error = imageError { () throws(ImageError) in try Picture.read(path) }
        #expect(error == .file(.unreadable(path: path, reason: "Is a directory")))
    }

    @Test("what has no known signature is of unknown format", arguments: ["", "text", "RIFF", "\u{89}PNG"])
    func refusesOtherFiles(contents: String) {
        let error = imageError { () throws(ImageError) in try Picture(decoding: Array(contents.utf8), path: "p.png") }
        #expect(error == .unknownFormat(path: "p.png"))
    }

    @Test func `the bytes decide the format, not the name`() throws {
        let folder = try TemporaryFolder()
        let path: FilePath = folder.path("really-a-png.jpg")
        try AtomicFile.write(TestPicture.bytes("rgb-8.png"), to: path)
        #expect(try Picture.read(path) == Picture.read(TestPicture.path("rgb-8.png")))
    }

    @Test func `flattening puts white behind what is transparent`() {
        let picture = Picture(image: colours, alpha: Mask(width: 2, height: 1, values: [0.5, 0]))
        #expect(picture.flattened.values == [1, 0.75, 0.5, 1, 1, 1])
        #expect(Picture(image: colours).flattened == colours)
    }

    @Test func `a mask is the grey itself, or the luma of a colour`() {
        let values = Picture(image: colours).mask.values
        #expect(abs(values[0] - (0.299 + 0.587 * 0.5)) < 1e-6)
        #expect(values[1] == 0.25)
    }

    @Test func `a mask keeps every grey exactly`() {
        let greys = (0...255).map { Float($0) / 255 }
        let image = Image(width: 256, height: 1, values: greys.flatMap { [$0, $0, $0] })
        #expect(Picture(image: image).mask.values == greys)
    }

    @Test func `a mask is cut by alpha`() {
        let picture = Picture(image: colours, alpha: Mask(width: 2, height: 1, values: [0, 0.5]))
        #expect(picture.mask.values == [0, 0.125])
    }
}
