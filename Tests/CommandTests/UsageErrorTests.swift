import TestSupport
import Testing

/// Exit code 64: what the user asked for makes no sense, whatever the files hold.
@Suite(.timeLimit(.minutes(60))) struct UsageErrorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func expectFailure(
        _ arguments: [String], _ error: String, hint: String = "harmonize --help lists the options",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try Command.expectFailure(arguments, in: folder, 64, error, hint: hint, sourceLocation: sourceLocation)
        #expect(try folder.names == [], sourceLocation: sourceLocation)
    }

    @Test func `the painting and the object must be given`() throws {
        try expectFailure([], "Missing expected argument '--painting <file>'")
        try expectFailure(["--object", Fixture.cup], "Missing expected argument '--painting <file>'")
        try expectFailure(["--painting", Fixture.painting], "Missing expected argument '--object <file>'")
    }

    @Test func `an option needs its value`() throws {
        try expectFailure(["--painting"], "Missing value for '--painting <file>'")
        try expectFailure(["--painting", "--object", "cup.png"], "Missing value for '--painting <file>'")
        try expectFailure(["--at"], "Missing value for '--at <x,y>'")
    }

    @Test func `a name that begins with a dash is spelled in another way`() throws {
        let hint = "write './-o.png' where that is the name of a file"
        try expectFailure(["--object", "-o.png"], "Missing value for '--object <file>'", hint: hint)
        try expectFailure(
            ["--painting", Fixture.painting, "--object", "-o.png", "--at", "-3,4"],
            "Missing value for '--object <file>'", hint: hint)
        try expectFailure(["--object", "--at", "-3,4"], "Missing value for '--object <file>'")
        try folder.write(Fixture.bytes("cup.png"), to: "-o.png")
        try Command.expectFailure(["cut", "-o.png"], in: folder, 64, "Missing expected argument '<photo>'", hint: hint)
    }

    @Test func `results and traces need a name`() throws {
        try expectFailure(Fixture.sample + ["--output", ""], "--output needs the name of a folder")
        try expectFailure(Fixture.sample + ["--trace", ""], "--trace needs the name of a file")
    }

    @Test func `options and arguments that do not exist are named`() throws {
        try expectFailure(Fixture.sample + ["--unheard-of"], "Unknown option '--unheard-of'")
        try expectFailure(Fixture.sample + ["extra"], "Unexpected argument 'extra'")
    }

    @Test(
        "a corner is two whole numbers",
        arguments: ["1", "1,2,3", "1.5,2", "a,b", "1,", ",", "99999999999999999999,0"])
    func refusesCorners(value: String) throws {
        try expectFailure(Fixture.sample + ["--at", value], "The value '\(value)' is invalid for '--at <x,y>'")
    }

    @Test(
        "iterations are one or two whole numbers of at least 0",
        arguments: ["x", "1,", ",1", "1,2,3", "1.5", "-1,2", "1,-2", "99999999999999999999"])
    func refusesIterations(value: String) throws {
        try expectFailure(
            Fixture.sample + ["--iterations=\(value)"], "The value '\(value)' is invalid for '--iterations <n[,m]>'")
    }

    @Test("a style level lies in 1…10", arguments: ["0", "0.9", "11", "-1", "nan", "inf"])
    func refusesStyleLevels(value: String) throws {
        let number = try #require(Double(value))
        try expectFailure(
            Fixture.sample + ["--style-level=\(value)"], "--style-level goes from 1 to 10, got \(number)")
    }

    @Test("a style level is a number or a name", arguments: ["high", "", "Realist"])
    func refusesStyleWords(value: String) throws {
        try expectFailure(
            Fixture.sample + ["--style-level", value], "The value '\(value)' is invalid for '--style-level <level>'")
    }

    @Test func `a quality is one of three`() throws {
        try expectFailure(
            Fixture.sample + ["--quality", "best"],
            "The value 'best' is invalid for '--quality <quality>'. Please provide one of 'draft', 'normal' or 'fine'.")
    }

    @Test("colours are matched by 0…1", arguments: ["-0.1", "1.5", "nan"])
    func refusesColorMatching(value: String) throws {
        let number = try #require(Double(value))
        try expectFailure(
            Fixture.sample + ["--match-colors=\(value)"], "--match-colors goes from 0 to 1, got \(number)")
    }

    @Test("at least one thread works", arguments: ["0", "-2"])
    func refusesNoThreads(value: String) throws {
        try expectFailure(Fixture.sample + ["--threads=\(value)"], "--threads starts at 1, got \(value)")
    }

    @Test("a scale is a number above 0", arguments: ["0", "-1", "nan", "inf"])
    func refusesScales(value: String) throws {
        let number = try #require(Double(value))
        try expectFailure(Fixture.sample + ["--scale=\(value)"], "--scale must be above 0, got \(number)")
    }

    @Test("a weight is a number of at least 0", arguments: ["content", "style", "histogram", "tv"])
    func refusesWeights(name: String) throws {
        for value in ["-1.0", "nan", "inf"] {
            try expectFailure(
                Fixture.sample + ["--\(name)-weight=\(value)"],
                "--\(name)-weight must be a number of at least 0, got \(value)")
        }
    }

    @Test func `the histogram ranges are listed`() throws {
        try expectFailure(
            Fixture.sample + ["--histogram-range", "both"],
            "The value 'both' is invalid for '--histogram-range <range>'. "
                + "Please provide one of 'style' and 'own'.")
    }

    @Test func `options are checked before any file is looked at`() throws {
        try expectFailure(
            ["--painting", "missing.png", "--object", "missing.png", "--style-level", "0"],
            "--style-level goes from 1 to 10, got 0.0")
    }

    @Test func `an object without alpha needs a mask`() throws {
        try expectFailure(
            ["--painting", Fixture.painting, "--object", Fixture.cup],
            "\(Fixture.cup) has no alpha channel and no --mask was given",
            hint:
                "have the object cut out with --cut, or by 'harmonize cut \(Fixture.cup)'; or give a mask of its size "
                + "with --mask: white where the object is")
    }

    @Test(
        "an object outside the painting is an error that says where it is",
        arguments: ["240,0", "0,190", "-110,0", "0,-100", "9223372036854775807,0", "0,-9223372036854775808"])
    func refusesCornersOutside(value: String) throws {
        try expectFailure(
            Fixture.evaluatedSample + ["--at", value],
            "the object, 110×100 at \(value), lies outside the painting, 240×190",
            hint: "move it with --at X,Y, the top-left corner of its bounding box once rotated, or resize it with "
                + "--scale")
    }

    @Test("a scale beyond all pictures is an error", arguments: [1e9, 1e300])
    func refusesHugeScales(scale: Double) throws {
        try expectFailure(
            Fixture.evaluatedSample + ["--scale", "\(scale)"], "the object, 110×100, cannot be scaled by \(scale)",
            hint: "use a smaller --scale")
    }

    @Test func `the model commands need their files`() throws {
        try expectFailure(["model", "import"], "Missing expected argument '<file.safetensors>'")
        try expectFailure(["model", "import", "a"], "Missing expected argument '<out.bin>'")
        try expectFailure(["model", "info", "a", "b"], "Unexpected argument 'b'")
        try expectFailure(["model", "bogus"], "Unexpected argument 'bogus'")
    }
}
