import Foundation
import Imaging
import TestSupport
import Testing

/// The sample made small, as a user would run it.
@Suite(.timeLimit(.minutes(60))) struct SampleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Outcome { try Command.run(arguments, in: folder) }

    /// Runs and expects success without a word.
    private func runQuietly(_ arguments: [String]) throws {
        let outcome = try run(arguments + ["--quiet"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.errors == "")
        #expect(outcome.output == "")
    }

    @Test func `both stages repaint the object and leave the painting around it to the bit`() throws {
        try runQuietly(Fixture.sample + ["--at", "105,70", "--iterations", "3", "--trace", "trace.json"])
        #expect(try folder.names == ["stage1.png", "stage2.png", "trace.json"])

        let painting = try Picture.read(Fixture.painting).image
        let (changeable, cup) = try Fixture.pixels(x: 105, y: 70)
        let stages = try ["stage1.png", "stage2.png"].map { try folder.image($0) }
        for stage in stages {
            #expect(stage.size == painting.size)
            let changed = differingPixels(stage, painting)
            #expect(changed.isSubset(of: changeable))
            #expect(Double(changed.intersection(cup).count) > 0.98 * Double(cup.count))
        }
        #expect(!differingPixels(stages[0], stages[1]).isEmpty)
    }

    @Test func `the loss falls in each pass`() throws {
        try runQuietly(Fixture.sample + ["--iterations", "3", "--trace", "trace.json"])
        for pass in try TraceFile(folder.path("trace.json")).passes {
            let losses = pass.evaluations.map(\.total)
            #expect(losses.count == 3)
            #expect(losses[2] < losses[1] && losses[1] < losses[0], "pass \(pass.pass): \(losses)")
            // The composite is where pass 1's content comes from, and what the style moves away from.
            #expect((pass.evaluations[0].content == 0) == (pass.pass == 1))
            #expect(pass.evaluations[2].content > 0)
        }
    }

    @Test func `a name is the level it stands for, and auto is written down as what it found`() throws {
        func level(_ options: [String]) throws -> Double {
            try runQuietly(Fixture.sample + options + ["--iterations", "0", "--trace", "trace.json"])
            return try TraceFile(folder.path("trace.json")).settings.styleLevel
        }
        #expect(try level(["--style-level", "realist"]) == 1)
        #expect(try level(["--style-level", "impressionist"]) == 5)
        #expect(try level(["--style-level", "expressionist"]) == 10)
        #expect(try level(["--style-level", "3.25"]) == 3.25)
        let found = try level(["--style-level", "auto"])
        #expect((1...10).contains(found))
        #expect(try level([]) == found)
    }

    @Test func `options that change the picture change stage 2, and those of the end leave stage 1`() throws {
        func stages(_ options: [String]) throws -> [[UInt8]] {
            try runQuietly(Fixture.sample + options + ["--iterations", "2"])
            return try folder.stages()
        }
        let plain = try stages([])
        for options in [["--detail", "1"], ["--keep-colors"], ["--match-colors", "0"], ["--faithful"]] {
            let changed = try stages(options)
            #expect(changed[1] != plain[1], "\(options)")
            if options == ["--detail", "1"] { #expect(changed[0] == plain[0]) }
        }
        #expect(try stages([]) == plain)
    }

    @Test func `a comparison shows the object pasted and both stages, beside one another`() throws {
        try runQuietly(Fixture.sample + ["--at", "10,70", "--iterations", "2", "--compare", "all.png"])
        let comparison = try folder.image("all.png")
        let stages = try ["stage1.png", "stage2.png"].map { try folder.image($0) }
        // The cup's mask begins and ends somewhere within its 110×100 pixels; around that there are 32 pixels, at the
        // left as many as there are.
        let bounds = try #require(try Picture.read(Fixture.mask).mask.bounds)
        let left = max(0, 10 + bounds.columns.lowerBound - 32), right = min(240, 10 + bounds.columns.upperBound + 32)
        let top = max(0, 70 + bounds.rows.lowerBound - 32), bottom = min(190, 70 + bounds.rows.upperBound + 32)
        let (width, height) = (right - left, bottom - top)
        #expect(comparison.size == Size(width: 3 * width + 16, height: height))
        for (index, stage) in stages.enumerated() {
            let first = (index + 1) * (width + 8)
            #expect(
                Region(columns: first..<first + width, rows: 0..<height).part(of: comparison)
                    == Region(columns: left..<right, rows: top..<bottom).part(of: stage))
            #expect(comparison[first - 1, 5] == SIMD3(1, 1, 1))
        }
        let painting = try Picture.read(Fixture.painting).image, cup = try Picture.read(Fixture.cup).image
        #expect(comparison[0, 0] == painting[left, top])
        let centre = (x: 55, y: 50)
        #expect(comparison[10 + centre.x - left, 70 + centre.y - top] == cup[centre.x, centre.y])
    }

    @Test func `each pass has its line on stderr, and stdout stays empty`() throws {
        let outcome = try run(Fixture.sample + ["--iterations", "2,1"])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "")
        let lines = outcome.errorLines
        try #require(lines.count == 3)
        #expect(lines[0].wholeMatch(of: /pass 1  evaluation 2  loss [0-9.e+]+  [0-9.]+ s/) != nil, "\(lines[0])")
        #expect(lines[1].wholeMatch(of: /pass 2  evaluation 1  loss [0-9.e+]+  [0-9.]+ s/) != nil, "\(lines[1])")
        let summary =
            /wrote stage1.png and stage2.png: 240×190, level [0-9.]+, loss .* → .*, .* → .*, [0-9.]+ s, [0-9]+ MB/
        #expect(lines[2].wholeMatch(of: summary) != nil, "\(lines[2])")

        let draft = try run(Fixture.sample + ["--quality", "draft"])
        let short = /wrote stage1.png and stage2.png: 240×190, level [0-9.]+, [0-9.]+ s, [0-9]+ MB/
        #expect(draft.errorLines.count == 1 && draft.errorLines[0].wholeMatch(of: short) != nil, "\(draft.errors)")
    }

    @Test func `two runs write the same bytes`() throws {
        for name in ["first", "second"] {
            try runQuietly(Fixture.sample + ["--iterations", "3", "--output", name])
        }
        #expect(try folder.stages(in: "first") == folder.stages(in: "second"))
    }

    @Test func `the output folder is made, with those above it`() throws {
        try runQuietly(Fixture.sample + ["--iterations", "0", "--output", "a/b"])
        #expect(try folder.names == ["a", "a/b", "a/b/stage1.png", "a/b/stage2.png"])
    }

    @Test func `pictures of an earlier run are replaced`() throws {
        try folder.write(Array("old".utf8), to: "stage1.png")
        try runQuietly(Fixture.sample + ["--iterations", "0"])
        #expect(try folder.names == ["stage1.png", "stage2.png"])
        #expect(try folder.image("stage1.png").size == Size(width: 240, height: 190))
    }

    @Test func `paths are taken from the working folder`() throws {
        try folder.makeFolder("in")
        for name in ["painting.png", "cup.png", "cup-mask.png"] {
            try folder.write(Fixture.bytes(name), to: "in/\(name)")
        }
        try runQuietly(
            ["--painting", "in/painting.png", "--object", "in/cup.png", "--mask", "in/cup-mask.png"]
                + ["--iterations", "0", "--output", "."])
        #expect(try folder.names.isSuperset(of: ["stage1.png", "stage2.png"]))
    }

    @Test func `a JPEG painting is kept as it decodes`() throws {
        try runQuietly(
            ["--painting", Fixture.paintingJPEG, "--object", Fixture.cup, "--mask", Fixture.mask]
                + ["--iterations", "0", "--at", "0,0"])
        let changed = try differingPixels(folder.image("stage2.png"), Picture.read(Fixture.paintingJPEG).image)
        #expect(!changed.isEmpty)
        #expect(try changed.isSubset(of: Fixture.pixels(x: 0, y: 0).changeable))
    }

    @Test func `a trace can go to stdout`() throws {
        let outcome = try run(Fixture.evaluatedSample + ["--trace", "/dev/stdout"])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.hasPrefix("{"))
        #expect(outcome.errors == "")
    }

    @Test func `a full disk behind stderr does not stop the work`() throws {
        let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let outcome = try Command.run(Fixture.sample + ["--iterations", "1"], in: folder, errorStream: full)
        #expect(outcome.exitCode == 0)
        #expect(try folder.names == ["stage1.png", "stage2.png"])
        #expect(try Command.run(["--bogus"], in: folder, errorStream: full).exitCode == 64)
    }

    @Test func `work goes on when nobody reads stderr any more`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let outcome = try Command.run(
            Fixture.sample + ["--iterations", "1"], in: folder, errorStream: pipe.fileHandleForWriting)
        #expect(outcome.exitCode == 0)
        #expect(try folder.names == ["stage1.png", "stage2.png"])
    }
}
