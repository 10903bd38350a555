import Foundation
import TestSupport
import Testing

/// Nothing of the user's is lost: results replace no inputs, and an interruption leaves nothing half-written.
@Suite(.timeLimit(.minutes(60))) struct SafetyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Puts a fixture into the folder under another name.
    private func copy(_ path: String, as name: String) throws {
        try FileManager.default.copyItem(atPath: path, toPath: folder.url.appendingPathComponent(name).path)
    }

    private func expectRefusal(_ arguments: [String], _ error: String) throws {
        let before = try folder.names
        try Command.expectFailure(
            arguments, in: folder, 64, error, hint: "harmonize --help lists the options")
        #expect(try folder.names == before)
    }

    @Test(arguments: ["stage1.png", "./stage2.png"])
    func `a result does not replace an input`(name: String) throws {
        try copy(Fixture.painting, as: name)
        let bare = name.replacing("./", with: "")
        try expectRefusal(
            ["--painting", name, "--object", Fixture.cup, "--mask", Fixture.mask],
            "the result \(bare) would replace the file of --painting")
        #expect(try Data(contentsOf: folder.url.appendingPathComponent(bare)) == Data(Fixture.bytes("painting.png")))
    }

    @Test func `a link to an input is the input`() throws {
        try copy(Fixture.mask, as: "mask.png")
        let link = folder.url.appendingPathComponent("stage1.png").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "mask.png")
        try expectRefusal(
            ["--painting", Fixture.painting, "--object", Fixture.cup, "--mask", "mask.png"],
            "the result stage1.png would replace the file of --mask")
    }

    @Test func `the comparison replaces no input, no result and no trace`() throws {
        try copy(Fixture.cup, as: "cup.png")
        let sample = ["--painting", Fixture.painting, "--object", "cup.png", "--mask", Fixture.mask]
        try expectRefusal(sample + ["--compare", "cup.png"], "--compare would replace the file of --object")
        try expectRefusal(
            sample + ["--compare", "stage1.png"], "--compare and the result stage1.png are the same file")
        try expectRefusal(
            sample + ["--compare", "x.png", "--trace", "./x.png"], "--trace and --compare are the same file")
    }

    @Test func `a comparison is a picture, and no extra is a dash`() throws {
        let compare = "--compare needs a name that ends in .png, .jpg, .jpeg, .tif, .tiff, .webp or .avif, got x.svg"
        try expectRefusal(Fixture.sample + ["--compare", "x.svg"], compare)
        try expectRefusal(
            Fixture.sample + ["--trace", "-"], "--trace - names no file; standard output is /dev/stdout")
    }

    @Test func `extras may go into the output folder that is yet to be made`() throws {
        let options = ["--output", "new", "--compare", "new/all.png", "--trace", "./new/t.json"]
        #expect(try Command.run(Fixture.evaluatedSample + options, in: folder).exitCode == 0)
        let names: Set = ["new", "new/all.png", "new/t.json", "new/stage1.png", "new/stage2.png"]
        #expect(try folder.names == names)
    }

    @Test func `the trace replaces no input and no result`() throws {
        try copy(Fixture.painting, as: "painting.png")
        let sample = ["--painting", "painting.png", "--object", Fixture.cup, "--mask", Fixture.mask]
        try expectRefusal(sample + ["--trace", "painting.png"], "--trace would replace the file of --painting")
        try expectRefusal(
            sample + ["--output", "out", "--trace", "out/stage2.png"],
            "--trace and the result stage2.png are the same file")
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `an interruption writes the best so far`(signal: Int32, exitCode: Int32) throws {
        let outcome = try Command.run(Fixture.sample + ["--iterations", "5,1000000", "--json"], in: folder) {
            kill($0.processIdentifier, signal)
        }
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.errors.contains("interrupted; keeping the best so far (once more: leave at once)\n"))
        #expect(outcome.errorLines.last == "Error: interrupted")
        #expect(try folder.names == ["stage1.png", "stage2.png"])
        #expect(try folder.image("stage1.png") != folder.image("stage2.png"))
        #expect(outcome.output.contains(#""status":"interrupted""#))
    }

    @Test func `a second interruption leaves at once, and nothing behind`() throws {
        let outcome = try Command.run(
            Fixture.sample + ["--iterations", "1000000", "--preview-every", "1"], in: folder,
            watch: {
                $0.awaitFile(folder.path("preview.png"))
                $0.interruptTwice()
            })
        #expect(outcome.exitCode == 130 || outcome.exitCode == 143)
        #expect(outcome.errorLines.last == "Error: interrupted")
        #expect(try folder.names == ["preview.png"])
    }
}
