import Foundation
import Imaging
import TestSupport
import Testing

/// `-` in place of a file.
@Suite(.timeLimit(.minutes(60))) struct StandardStreamTests {
    private let folder: TemporaryFolder
    private static let files = [
        "--painting": Fixture.painting, "--object": Fixture.cup, "--mask": Fixture.mask, "--loose-mask": Fixture.mask,
    ]

    init() throws { folder = try TemporaryFolder() }

    /// The sample with a loose mask and little work, with other values for some options.
    private func sample(_ changes: [String: String]) -> [String] {
        Self.files.merging(changes) { $1 }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            + Fixture.leastWork
    }

    private func expectUsageError(_ changes: [String: String], _ error: String) throws {
        try Command.expectFailure(
            sample(changes), in: folder, 64, error, hint: "harmonize --help lists the options")
        #expect(try folder.names == [])
    }

    @Test func `each picture can come from standard input`() throws {
        #expect(try Command.run(sample(["--output": "files"]), in: folder).exitCode == 0)
        for (option, file) in Self.files {
            let outcome = try Command.run(sample([option: "-"]), in: folder, input: file)
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors == "" && outcome.output == "")
            #expect(try folder.stages() == folder.stages(in: "files"), "\(option)")
        }
    }

    @Test func `only one picture can`() throws {
        try expectUsageError(
            ["--painting": "-", "--mask": "-"], "--painting and --mask cannot both read standard input")
        try expectUsageError(
            ["--object": "-", "--loose-mask": "-"], "--object and --loose-mask cannot both read standard input")
    }

    @Test func `a standard input that holds no picture is named`() throws {
        try Command.expectFailure(
            sample(["--painting": "-"]), in: folder, 65,
            "standard input is none of PNG, JPEG, TIFF, WebP, HEIC and AVIF",
            hint: "convert it to PNG first")
        let outcome = try Command.run(
            ["--painting", Fixture.painting, "--object", "-", "--iterations", "0"], in: folder, input: Fixture.cup)
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.hasPrefix("Error: standard input has no alpha channel and no --mask was given\n"))
    }

    @Test func `standard output takes stage 2, and nothing else`() throws {
        try folder.makeFolder("out")
        let stream = try folder.newFile("piped.png")
        // With progress, which goes elsewhere.
        let arguments = sample(["--painting": "-", "--output": "-"]).filter { $0 != "--quiet" }
        let outcome = try Command.run(arguments, in: folder, input: Fixture.painting, outputStream: stream)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errorLines.last?.hasPrefix("wrote stage 2 to standard output: 240×190, ") == true)
        #expect(try folder.names == ["out", "piped.png"])
        #expect(try Command.run(sample(["--output": "out"]), in: folder).exitCode == 0)
        #expect(try folder.bytes("piped.png") == folder.bytes("out/stage2.png"))
    }

    @Test func `standard output takes a JPEG`() throws {
        let stream = try folder.newFile("piped")
        let arguments = sample(["--output": "-", "--jpeg-quality": "80"])
        #expect(try Command.run(arguments, in: folder, outputStream: stream).exitCode == 0)
        #expect(try ImageFormat(recognizing: folder.bytes("piped")) == .jpeg)
    }

    @Test func `a painting's name may be one character`() throws {
        try folder.write(Fixture.bytes("painting.png"), to: "p")
        #expect(try Command.run(sample(["--painting": "p"]), in: folder).exitCode == 0)
    }

    @Test func `a folder of that name has its place named`() throws {
        #expect(try Command.run(sample(["--output": "./-"]), in: folder).exitCode == 0)
        #expect(try folder.names == ["-", "-/stage1.png", "-/stage2.png"])
    }

    @Test func `no other result shares standard output`() throws {
        for option in ["--trace", "--compare"] {
            try expectUsageError(
                ["--output": "-", option: "/dev/stdout"],
                "--output - and \(option) /dev/stdout both write to standard output")
        }
        try expectUsageError(
            ["--output": "-", "--preview-every": "5"], "--preview-every needs a folder, and --output - names none")
        // The summary of a failure is on standard output too.
        let outcome = try Command.run(sample(["--output": "-"]) + ["--json"], in: folder)
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.hasPrefix("Error: --output - and --json both write to standard output\n"))
    }

    @Test func `a full standard output is an error`() throws {
        let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        let outcome = try Command.run(sample(["--output": "-"]), in: folder, outputStream: full)
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.hasPrefix("Error: cannot write standard output: No space left on device\nHint: "))
    }

    @Test func `a standard output that nobody reads is an error`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let outcome = try Command.run(
            sample(["--output": "-"]), in: folder, outputStream: pipe.fileHandleForWriting)
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.hasPrefix("Error: cannot write standard output: Broken pipe\nHint: "))
    }

    @Test func `a picture is not written to a terminal`() throws {
        var (terminal, screen): (CInt, CInt) = (-1, -1)
        try #require(openpty(&terminal, &screen, nil, nil, nil) == 0)
        defer { close(terminal) }
        let outcome = try Command.run(
            sample(["--output": "-"]), in: folder,
            outputStream: FileHandle(fileDescriptor: screen, closeOnDealloc: true))
        #expect(outcome.exitCode == 64)
        #expect(
            outcome.errors == """
                Error: --output - would write a picture to the terminal
                Hint: redirect it, as in '> stage2.png', or name a folder

                """)
    }
}
