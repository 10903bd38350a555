import Foundation
import Imaging
import TestSupport
import Testing

/// `harmonize cut`, and `--cut`, `--rotate` and `--flip` on a run.
@Suite(.timeLimit(.minutes(60))) struct CutTests {
    private let folder: TemporaryFolder
    private static let size = Size(width: 160, height: 120)

    /// A folder with photo.png, a red disc on green, and strokes on and off it.
    init() throws {
        folder = try TemporaryFolder()
        var photograph = Image(
            width: Self.size.width, height: Self.size.height,
            values: Array(repeating: 0, count: 3 * Self.size.pixelCount))
        for y in 0..<photograph.height {
            for x in 0..<photograph.width {
                let isInside = hypot(Float(x) - 80, Float(y) - 60) < 35
                let shade = Float((x * 7 + y * 13) % 11) / 100
                photograph[x, y] = isInside ? SIMD3(0.8, 0.1 + shade, 0.1) : SIMD3(0.1, 0.5 + shade, 0.2)
            }
        }
        try photograph.write(to: folder.path("photo.png"))
        try stroke(Region(columns: 70..<90, rows: 58..<62), "on.png")
        try stroke(Region(columns: 70..<90, rows: 40..<44), "off.png")
    }

    private func stroke(_ region: Region, _ name: String) throws {
        var image = Image(width: 160, height: 120, values: Array(repeating: 0, count: 3 * 160 * 120))
        for y in region.rows { for x in region.columns { image[x, y] = .one } }
        try image.write(to: folder.path(name))
    }

    private func run(_ arguments: String...) throws -> Command.Outcome { try Command.run(arguments, in: folder) }

    private func picture(_ name: String) throws -> Picture { try Picture.read(folder.path(name)) }

    // MARK: harmonize cut

    @Test func `a cutout is a PNG with alpha, by default in this folder`() throws {
        let outcome = try run("cut", "photo.png")
        #expect(outcome.exitCode == 0 && outcome.output == "")
        #expect(outcome.errors.hasPrefix("wrote ") && outcome.errors.contains("cutout.png: 160×120, the object 7"))
        let cutout = try picture("cutout.png"), alpha = try #require(cutout.alpha)
        #expect(alpha[80, 60] == 1 && alpha[20, 20] == 0)
        #expect(try cutout.image[80, 60] == picture("photo.png").image[80, 60])
        let area: Float = alpha.values.reduce(0, +), disc: Float = 35 * 35 * Float.pi
        #expect(abs(area / disc - 1) < 0.03)
    }

    @Test func `the same command writes the same bytes`() throws {
        for name in ["a.png", "b.png"] {
            #expect(try run("cut", "photo.png", "--quiet", "--output", name, "--threads", "1").errors == "")
        }
        #expect(try folder.bytes("a.png") == folder.bytes("b.png"))
        #expect(try run("cut", "photo.png", "--output", "c.png", "--threads", "3").exitCode == 0)
        #expect(try folder.bytes("a.png") == folder.bytes("c.png"))
    }

    @Test func `box and strokes count`() throws {
        let outcome = try run(
            "cut", "photo.png", "--box", "30,10,100,100", "--keep", "on.png", "--drop", "off.png", "--output", "c.png")
        #expect(outcome.exitCode == 0)
        let alpha = try #require(picture("c.png").alpha)
        #expect(alpha[80, 60] == 1 && alpha[80, 42] == 0)
    }

    @Test func `a summary for programs tells the object's box`() throws {
        struct Summary: Decodable {
            let status: String, bounds, size: [Int], files: [String: String], warnings: [[String: String]]
        }
        try folder.makeFolder("out")
        let outcome = try run("cut", "photo.png", "--output", "out", "--json", "--quiet")
        let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
        #expect(summary.status == "done" && summary.size == [160, 120] && summary.warnings == [])
        #expect(summary.files == ["cutout": "out/cutout.png"])
        #expect(zip(summary.bounds, [45, 25, 70, 70]).allSatisfy { abs($0 - $1) <= 8 } && summary.bounds.count == 4)
        #expect(try picture("out/cutout.png").alpha != nil)
    }

    @Test func `it reads stdin and writes stdout`() throws {
        let output = try folder.newFile("piped.png")
        let outcome = try Command.run(
            ["cut", "-", "--output", "-", "--quiet"], in: folder, input: folder.path("photo.png"), outputStream: output)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        #expect(try run("cut", "photo.png").exitCode == 0)
        #expect(try folder.bytes("piped.png") == folder.bytes("cutout.png"))
    }

    @Test func `what looks wrong is a warning that says what to do`() throws {
        try stroke(Region(columns: 60..<100, rows: 40..<80), "square.png")
        let outcome = try run("cut", "square.png", "--box", "60,40,40,40", "--quiet")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.wholeMatch(of: /Warning: the object fills (9\d|100) % of the box\nHint: .+\n/) != nil)
        try folder.writeGrey(1, width: 160, height: 120, to: "all.png")
        let none = try run("cut", "photo.png", "--drop", "all.png", "--quiet")
        #expect(none.exitCode == 0 && none.errors.hasPrefix("Warning: nothing was found to cut out\nHint: "))
    }

    @Test func `bad input is refused`() throws {
        func expect(
            _ code: Int32, _ error: String, _ hint: String, _ arguments: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try Command.expectFailure(
                ["cut"] + arguments, in: folder, code, error, hint: hint, sourceLocation: sourceLocation)
            #expect(
                try folder.names == ["photo.png", "on.png", "off.png", "small.png"], sourceLocation: sourceLocation)
        }
        try folder.writeGrey(0, width: 10, height: 12, to: "small.png")
        let list = "harmonize --help lists the options"
        let box = "give --box X,Y,W,H in the photograph's pixels, all of it inside"
        try expect(
            64, "the box, 100×100 at 100,10, is not inside the photograph, 160×120", box, "photo.png", "--box",
            "100,10,100,100")
        try expect(
            65, "the mask of what to keep is 10×12 and the photograph 160×120",
            "--keep takes a mask of the photograph's size", "photo.png", "--keep", "small.png")
        try expect(
            65, "the pixel 70,58 is both to keep and to drop", "paint a pixel white in one of --keep and --drop only",
            "photo.png", "--keep", "on.png", "--drop", "on.png")
        try expect(66, "no.png does not exist", "check the path and the folder you are in", "no.png")
        try expect(64, "The value '1,2,3' is invalid for '--box <x,y,w,h>'", list, "photo.png", "--box", "1,2,3")
        try expect(
            64, "--output needs a name that ends in .png, .tif, .tiff, .webp or .avif, got x.jpg", list, "photo.png",
            "--output",
            "x.jpg")
        try expect(64, "--output would replace the photograph", list, "photo.png", "--output", "photo.png")
        try expect(
            64, "--output would replace the file of --keep", list, "photo.png", "--keep", "on.png", "--output", "on.png"
        )
        try expect(64, "--scale has no meaning for 'harmonize cut'", list, "photo.png", "--scale", "2")
        try expect(
            69, "photo.png is 160×120 pixels, more than the limit of 100",
            "scale the picture down first, or raise the limit with --max-pixels", "photo.png", "--max-pixels", "100")
    }

    // MARK: On a run

    /// The second stage of a run with as little work as can be.
    private func stage(_ object: String, _ arguments: String...) throws -> [UInt8] {
        let outcome = try Command.run(
            ["--painting", Fixture.painting, "--object", object, "--iterations", "0", "--faithful", "--quiet"]
                + arguments, in: folder)
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        return try folder.bytes("stage2.png")
    }

    @Test func `--cut is the same to the bit as the cutout of harmonize cut`() throws {
        #expect(try run("cut", "photo.png", "--box", "30,10,100,100", "--drop", "off.png").exitCode == 0)
        let direct = try stage("photo.png", "--cut", "--box", "30,10,100,100", "--drop", "off.png", "--scale", "0.9")
        #expect(try direct == stage("cutout.png", "--scale", "0.9"))
        #expect(try direct != stage("photo.png", "--cut", "--scale", "0.9"))
    }

    @Test func `a photograph without a mask names the way to cut it`() throws {
        try Command.expectFailure(
            ["--painting", Fixture.painting, "--object", "photo.png"], in: folder, 64,
            "photo.png has no alpha channel and no --mask was given",
            hint:
                "have the object cut out with --cut, or by 'harmonize cut photo.png'; or give a mask of its size with "
                + "--mask: white where the object is")
    }

    @Test func `options that contradict each other are refused`() throws {
        let run = ["--painting", Fixture.painting, "--object", "photo.png"]
        for (arguments, error) in [
            (["--cut", "--mask", "on.png"], "--cut and --mask exclude each other"),
            (["--box", "1,1,9,9"], "--box has no meaning without --cut"),
            (["--mask", "on.png", "--keep", "on.png"], "--keep has no meaning without --cut"),
            (["--cut", "--rotate", "inf"], "--rotate takes a number of degrees, got inf"),
            (["--cut", "--keep", "-", "--drop", "-"], "--keep and --drop cannot both read standard input"),
        ] {
            try Command.expectFailure(
                run + arguments, in: folder, 64, error, hint: "harmonize --help lists the options")
        }
    }

    @Test func `--rotate and --flip turn the object`() throws {
        #expect(try run("cut", "photo.png", "--drop", "off.png", "--quiet").exitCode == 0)
        let plain = try stage("cutout.png", "--at", "10,10")
        #expect(try stage("cutout.png", "--at", "10,10", "--rotate", "0") == plain)
        #expect(try stage("cutout.png", "--at", "10,10", "--rotate", "-360") == plain)
        var seen: Set<[UInt8]> = [plain]
        for turn in [["--rotate", "90"], ["--rotate", "-30.5"], ["--flip"], ["--flip", "--rotate", "90"]] {
            let outcome = try Command.run(
                [
                    "--painting", Fixture.painting, "--object", "cutout.png", "--iterations", "0", "--faithful",
                    "--quiet",
                ]
                    + ["--at", "10,10"] + turn, in: folder)
            #expect(outcome.exitCode == 0)
            #expect(try seen.insert(folder.bytes("stage2.png")).inserted, "\(turn)")
        }
    }

    @Test func `the summary and the plan tell of cut and rotation`() throws {
        struct Summary: Decodable {
            struct Settings: Decodable {
                let cut, flip: Bool, rotate: Double, box: [Int]?, keep: String?
            }
            let settings: Settings
        }
        let arguments = [
            "--painting", Fixture.painting, "--object", "photo.png", "--cut", "--box", "30,10,100,100", "--keep",
            "on.png", "--rotate", "12.5", "--flip", "--dry-run",
        ]
        let outcome = try Command.run(arguments + ["--json"], in: folder)
        let settings = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8)).settings
        #expect(settings.cut && settings.flip && settings.rotate == 12.5)
        #expect(settings.box == [30, 10, 100, 100] && settings.keep == "on.png")
        #expect(try Command.run(arguments, in: folder).output.contains(", mirrored, rotated by 12.5°\n"))
    }

    @Test func `a rotated object outside says where its box is`() throws {
        let outcome = try run(
            "--painting", Fixture.painting, "--object", "photo.png", "--cut", "--rotate", "90", "--at", "500,0")
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.contains("the object, 120×160 at 500,0, lies outside the painting, 240×190\n"))
        #expect(outcome.errors.contains("of its bounding box once rotated"))
    }

    @Test func `a batch has them as columns`() throws {
        let lines = [
            "name,object,cut,box,drop,rotate,flip", "a,photo.png,yes,\"30,10,100,100\",off.png,90,true",
            "b,photo.png,yes,,,,",
        ]
        try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "jobs.csv")
        let arguments = [
            "batch", "jobs.csv", "--painting", Fixture.painting, "--iterations", "0", "--faithful", "--output", "out",
        ]
        let outcome = try Command.run(arguments, in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let expected = try stage(
            "photo.png", "--cut", "--box", "30,10,100,100", "--drop", "off.png", "--rotate", "90", "--flip")
        #expect(try folder.bytes("out/a/stage2.png") == expected)
        #expect(try folder.bytes("out/b/stage2.png") == stage("photo.png", "--cut"))
        // Other strokes in a file of the same name are another job.
        #expect(try Command.run(arguments, in: folder).errors.contains("2 done before"))
        try stroke(Region(columns: 60..<100, rows: 70..<76), "off.png")
        #expect(try Command.run(arguments, in: folder).errors.contains("1 done, 1 done before"))
    }

    @Test func `harmonize.toml may turn the object`() throws {
        try folder.write("rotate = 90\nflip = true\ncut = true\n".utf8, to: "turned.toml")
        let turned = try stage("photo.png", "--config", folder.path("turned.toml"))
        #expect(try turned == stage("photo.png", "--cut", "--rotate", "90", "--flip"))
    }

    @Test(
        "a checkpoint of another rotation is refused",
        arguments: [["--rotate", "180"], ["--rotate", "20"], ["--flip"]])
    func otherCheckpoint(turn: [String]) throws {
        #expect(try run("cut", "photo.png", "--drop", "off.png", "--quiet").exitCode == 0)
        let arguments = [
            "--painting", Fixture.painting, "--object", "cutout.png", "--size", "60", "--iterations", "400",
            "--faithful",
            "--checkpoint", "work", "--checkpoint-every", "1", "--quiet",
        ]
        let first = try Command.run(
            arguments, in: folder,
            watch: { process in
                while !FileManager.default.fileExists(atPath: folder.path("work")), process.isRunning { usleep(2_000) }
                process.interrupt()
            })
        #expect(first.exitCode == 130 && folder.exists("work"), "\(first.errors)")
        let second = try Command.run(arguments + turn, in: folder)
        #expect(second.exitCode == 65)
        #expect(second.errors.contains("the checkpoint is of another job") && second.errors.contains("--rotate"))
    }
}

extension TemporaryFolder {
    fileprivate func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
