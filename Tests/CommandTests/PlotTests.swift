import Foundation
import Imaging
import TestSupport
import Testing

/// `--plot`: the losses as a picture.
@Suite(.timeLimit(.minutes(60))) struct PlotTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func plot(_ name: String, _ options: [String] = []) throws -> [UInt8] {
        let outcome = try Command.run(
            Fixture.sample + ["--iterations", "4", "--quiet", "--plot", name] + options, in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.errors == "" && outcome.output == "")
        #expect(try folder.names == ["stage1.png", "stage2.png", name])
        return try folder.bytes(name)
    }

    /// The description in an SVG.
    private func description(_ options: [String]) throws -> Substring? {
        let svg = String(decoding: try plot("losses.svg", options), as: UTF8.self)
        return svg.firstMatch(of: /<desc>(.*)<\/desc>/)?.1
    }

    @Test func `a plot is a PNG, an SVG or a PDF by its name's end`() throws {
        _ = try plot("losses.PNG")
        #expect(try folder.image("losses.PNG").size == Size(width: 1600, height: 1200))
        let pdf = try Command.run(Fixture.evaluatedSample + ["--plot", "losses.pdf"], in: folder)
        #expect(pdf.exitCode == 0)
        #expect(try folder.bytes("losses.pdf").starts(with: Array("%PDF-".utf8)))
    }

    @Test func `a plot has the losses of both passes that are not 0 throughout`() throws {
        let first = "Pass 1: Total, Style, Style at each relu", faithful = ["--faithful", "--iterations", "0"]
        #expect(
            try description(faithful + ["--tv-weight", "10"])
                == "\(first); Pass 2: Total, Style, Style at each relu, Histogram, Total variation")
        // At the composite, the only point looked at, nothing of the content is lost.
        #expect(
            try description(faithful + ["--tv-weight", "0"])
                == "\(first); Pass 2: Total, Style, Style at each relu, Histogram")
        #expect(
            try description(faithful + ["--tv-weight", "0", "--histogram-weight", "0"])
                == "\(first); Pass 2: Total, Style, Style at each relu")
        #expect(
            try description([])
                == "Pass 1: Total, Content, Style, Style at each relu; "
                + "Pass 2: Total, Content, Style, Style at each relu, Matched features")
    }

    @Test func `losses too small or too large to be drawn are no obstacle`() throws {
        #expect(
            try #require(try description(["--faithful", "--tv-weight", "1e-9"])).hasSuffix(
                "Total variation (below axis)"))
        let outcome = try Command.run(
            Fixture.evaluatedSample + ["--style-weight", "1e308", "--plot", "losses.svg"], in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try folder.text("losses.svg").contains("(not finite)"))
    }

    @Test func `work that is cut short has a plot of what was done`() throws {
        // In the first of two passes, of which there are then no two panels.
        let arguments = ["--iterations", "1000000", "--preview-every", "1", "--plot", "losses.svg"]
        let outcome = try Command.run(
            Fixture.sample + arguments, in: folder,
            watch: {
                $0.awaitFile(folder.path("preview.png"))
                kill($0.processIdentifier, SIGINT)
            })
        #expect(outcome.exitCode == 130)
        #expect(try folder.text("losses.svg").contains("<desc>Pass 1 (stopped): Total, "))
        #expect(try !folder.text("losses.svg").contains("Pass 2"))
    }

    @Test(arguments: ["losses", "losses.jpg", "png"])
    func `another kind of file is refused`(name: String) throws {
        try Command.expectFailure(
            Fixture.sample + ["--plot", name], in: folder, 64,
            "--plot needs a name that ends in .png, .svg or .pdf, got \(name)",
            hint: "harmonize --help lists the options")
    }

    @Test func `a plot replaces no input, no result and no other file that is written`() throws {
        try folder.write(Fixture.bytes("cup.png"), to: "cup.png")
        let sample = ["--painting", Fixture.painting, "--object", "cup.png", "--mask", Fixture.mask]
        for (options, error) in [
            (["--plot", "cup.png"], "--plot would replace the file of --object"),
            (["--plot", "./stage2.png"], "--plot and the result stage2.png are the same file"),
            (["--plot", "x.png", "--compare", "x.png"], "--compare and --plot are the same file"),
            (["--plot", "x.svg", "--trace", "x.svg"], "--trace and --plot are the same file"),
        ] {
            try Command.expectFailure(
                sample + options, in: folder, 64, error, hint: "harmonize --help lists the options")
        }
        #expect(try folder.names == ["cup.png"])
    }

    @Test func `a folder that is missing is found before any work`() throws {
        try Command.expectFailure(
            Fixture.sample + ["--plot", "none/losses.png"], in: folder, 73,
            "cannot write none/losses.png: the folder none does not exist",
            hint: "choose a folder you can write to, with room on its disk")
    }

    @Test func `a plot of no pass is warned of`() throws {
        let folder = try TemporaryFolder()
        let outcome = try Command.run(
            Fixture.sample + ["--quality", "draft", "--plot", "a.svg", "--size", "60", "--quiet"], in: folder)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("Warning: --plot has nothing to draw: no pass is run\n"))
    }
}
