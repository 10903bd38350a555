import Foundation
import Imaging
import TestSupport
import Testing

/// Exit codes 65, 66 and 73: files that are not there, hold the wrong things, or cannot be written.
@Suite(.timeLimit(.minutes(60))) struct FileErrorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The sample with one option set to another value, evaluated once.
    private func sample(_ option: String, _ value: String) -> [String] {
        let options = Fixture.evaluatedSample
        guard let i = options.firstIndex(of: option) else { return options + [option, value] }
        return options[..<i] + [option, value] + options[(i + 2)...]
    }

    private func expectFailure(
        _ arguments: [String], _ exitCode: Int32, _ error: String, hint: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try folder.names
        try Command.expectFailure(arguments, in: folder, exitCode, error, hint: hint, sourceLocation: sourceLocation)
        #expect(try folder.names == before, "something was left behind", sourceLocation: sourceLocation)
    }

    // MARK: What is read

    private static let inputs = ["--painting", "--object", "--mask", "--loose-mask", "--model"]

    @Test("a file that is not there is named", arguments: inputs)
    func namesMissingFiles(option: String) throws {
        try expectFailure(
            sample(option, "no such.file"), 66, "no such.file does not exist",
            hint: "check the path and the folder you are in")
    }

    @Test("a folder is no file", arguments: inputs)
    func namesFolders(option: String) throws {
        try folder.makeFolder("in")
        try expectFailure(
            sample(option, "in"), 66, "cannot read in: Is a directory",
            hint: option == "--model" ? "give a file you may read" : "give a picture file that you may read")
    }

    @Test("a picture is of a format that is read", arguments: ["--painting", "--object", "--mask", "--loose-mask"])
    func refusesText(option: String) throws {
        try folder.write(Array("A starry night\n".utf8), to: "night.png")
        try expectFailure(
            sample(option, "night.png"), 65, "night.png is none of PNG, JPEG, TIFF, WebP, HEIC and AVIF",
            hint: "convert it to PNG first")
    }

    @Test("a file of a known kind that is not read is called that", arguments: ["--painting", "--object", "--mask"])
    func namesForeignFiles(option: String) throws {
        try folder.write(Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n".utf8), to: "night.png")
        try expectFailure(
            sample(option, "night.png"), 65, "night.png is an SVG drawing, which is not read",
            hint: "draw it as PNG first, at the size that is wanted")
        try folder.write(Array("FUJIFILMCCD-RAW ".utf8) + [UInt8](repeating: 0, count: 100), to: "night.png")
        try expectFailure(
            sample(option, "night.png"), 65, "night.png is a camera's raw file, which is not read",
            hint: "develop it in a raw converter, and export it as TIFF or PNG of 16 bits")
    }

    @Test("a picture cut short is damaged", arguments: [("painting.png", "PNG"), ("painting.jpg", "JPEG")])
    func refusesTruncatedPictures(name: String, format: String) throws {
        try folder.write(Array(Fixture.bytes(name).prefix(5000)), to: name)
        let outcome = try Command.run(sample("--painting", name), in: folder)
        #expect(outcome.exitCode == 65)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errors.hasPrefix("Error: \(name) is a damaged \(format): "))
        #expect(outcome.errors.hasSuffix("\nHint: fetch or export the picture again\n"))
        #expect(try folder.names == [name])
    }

    @Test func `the sizes of a mask and an object that differ are named`() throws {
        try folder.writeGrey(1, width: 111, height: 100, to: "mask.png")
        try expectFailure(
            sample("--mask", "mask.png"), 65, "the mask is 111×100 and the object 110×100",
            hint: "the mask must have the object's size")
    }

    @Test func `the sizes of a loose mask that fits nothing are named`() throws {
        try folder.writeGrey(1, width: 5, height: 7, to: "loose.png")
        try expectFailure(
            sample("--loose-mask", "loose.png"), 65,
            "the loose mask is 5×7, the object 110×100 and the painting 240×190",
            hint: "the loose mask must have the object's or the painting's size")
    }

    @Test func `a mask needs an object in it`() throws {
        try folder.writeGrey(0, width: 110, height: 100, to: "mask.png")
        try expectFailure(
            sample("--mask", "mask.png"), 65, "no pixel of the mask inside the painting belongs to the object",
            hint: "the mask is white where the object is; check it, and --at")
        try folder.writeGrey(0, width: 240, height: 190, to: "loose.png")
        try expectFailure(
            sample("--loose-mask", "loose.png"), 65, "no pixel of the loose mask lies inside the painting",
            hint: "the loose mask is white where pixels may change")
    }

    @Test func `a mask that is nearly black everywhere is refused`() throws {
        try folder.writeGrey(20 / 255, width: 110, height: 100, to: "mask.png")
        try expectFailure(
            sample("--mask", "mask.png"), 65,
            "the mask's brightest pixel inside the painting is 0.078 of 1",
            hint: "the mask must be white (above 0.1) where the object is; or is --scale too small?")
    }

    @Test("a painting that is too small says how large it must be", arguments: [(15, 40), (40, 15), (1, 1)])
    func refusesTinyPaintings(width: Int, height: Int) throws {
        try folder.writeGrey(0.5, width: width, height: height, to: "small.png")
        try expectFailure(
            sample("--painting", "small.png"), 65,
            "the painting is \(width)×\(height); each side needs at least 16 pixels", hint: "use a larger painting")
    }

    @Test func `the smallest painting works`() throws {
        try folder.writeGrey(0.5, width: 16, height: 17, to: "small.png")
        #expect(try Command.run(sample("--painting", "small.png"), in: folder).exitCode == 0)
    }

    // MARK: What is written

    private let cannotWrite = "choose a folder you can write to, with room on its disk"

    @Test func `results need a folder`() throws {
        try folder.write([1], to: "file")
        for (path, file) in [("file", "file"), ("file/sub", "file"), ("/dev/null/x", "/dev/null")] {
            try expectFailure(
                sample("--output", path), 73, "cannot write \(path)/stage1.png: \(file) is not a folder",
                hint: cannotWrite)
        }
        #expect(try folder.bytes("file") == [1])
    }

    @Test func `a trace needs its folder before any work is done`() throws {
        try folder.write([1], to: "file")
        try expectFailure(
            sample("--trace", "none/t.json"), 73, "cannot write none/t.json: the folder none does not exist",
            hint: cannotWrite)
        try expectFailure(
            sample("--trace", "file/t.json"), 73, "cannot write file/t.json: file is not a folder", hint: cannotWrite)
    }

    @Test("a folder in a result's or the trace's place is found before any work is done", arguments: ["t", "t.json"])
    func refusesFoldersAsFiles(name: String) throws {
        try folder.makeFolder(name)
        try expectFailure(
            sample("--trace", name), 73, "cannot write \(name): there is a folder of that name", hint: cannotWrite)
        try folder.makeFolder("stage2.png")
        try expectFailure(
            Fixture.evaluatedSample, 73, "cannot write stage2.png: there is a folder of that name", hint: cannotWrite)
    }

    @Test func `places that cannot be written are found before any work is done`() throws {
        let link = FileManager.default.createSymbolicLink(atPath:withDestinationPath:)
        try link(folder.path("dangling"), "/nonexistent/results")
        try link(folder.path("loop"), "loop")
        let long = String(repeating: "x", count: 300)
        try expectFailure(
            sample("--output", "dangling"), 73,
            "cannot write dangling/stage1.png: dangling is a link that leads nowhere", hint: cannotWrite)
        try expectFailure(
            sample("--output", "loop"), 73, "cannot write loop/stage1.png: Too many levels of symbolic links",
            hint: cannotWrite)
        try expectFailure(
            sample("--output", long), 73, "cannot write \(long)/stage1.png: File name too long", hint: cannotWrite)
        try expectFailure(
            sample("--trace", "\(long).json"), 73, "cannot write \(long).json: File name too long", hint: cannotWrite)
    }

    @Test func `a folder's name is no file's`() throws {
        try expectFailure(
            sample("--trace", "out/"), 64, "--trace needs the name of a file, got a folder's: out/",
            hint: "harmonize --help lists the options")
        #expect(try Command.run(Fixture.evaluatedSample + ["--output", "out/"], in: folder).exitCode == 0)
        #expect(try folder.names == ["out", "out/stage1.png", "out/stage2.png"])
    }

    @Test func `a JPEG or a comparison that would be too large is refused before any work is done`() throws {
        try folder.writeGrey(0.5, width: 65_600, height: 16, to: "wide.png")
        try expectFailure(
            sample("--painting", "wide.png") + ["--format", "jpeg"], 64,
            "stage2.jpg would have 65600×16 pixels, and a JPEG has at most 65500 on a side",
            hint: "write it as a PNG or TIFF")
        let wide = sample("--painting", "wide.png") + ["--scale", "400", "--at=-10000,-20000", "--compare", "c.jpg"]
        try expectFailure(
            wide, 64, "c.jpg would have 99112×16 pixels, and a JPEG has at most 65500 on a side",
            hint: "write it as a PNG or TIFF")
    }

    @Test func `no result replaces an input under another name`() throws {
        try folder.write(Fixture.bytes("painting.png"), to: "p.png")
        try folder.makeFolder("sub")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.png"), withDestinationPath: "p.png")
        for name in [".//p.png", "sub/../p.png", "link.png"] {
            try expectFailure(
                sample("--painting", "p.png") + ["--compare", name], 64,
                "--compare would replace the file of --painting", hint: "harmonize --help lists the options")
        }
    }

    @Test("a trace and the output folder may have any name", arguments: ["t", "t.json", "./t", "t u", "☕"])
    func writesAnyName(name: String) throws {
        #expect(try Command.run(sample("--trace", name) + ["--output", "\(name)1"], in: folder).exitCode == 0)
        #expect(try !TraceFile(folder.path(name)).passes.isEmpty)
        let results = name.replacing("./", with: "") + "1"
        #expect(try folder.names.isSuperset(of: ["\(results)/stage1.png", "\(results)/stage2.png"]))
    }

    @Test func `no output folder is made for a command that fails`() throws {
        try expectFailure(
            sample("--painting", "none.png") + ["--output", "results"], 66, "none.png does not exist",
            hint: "check the path and the folder you are in")
    }
}
