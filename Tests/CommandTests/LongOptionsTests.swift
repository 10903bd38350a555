import ArgumentParser
import Files
import TestSupport
import Testing
import harmonize

/// Tables of names and values, turned into arguments.
@Suite struct LongOptionsTests {
    private struct Sample: ParsableCommand {
        static let configuration = CommandConfiguration(version: "1.0")

        @Option(completion: .file()) var picture: String?
        @Option(completion: .directory) var folder: String?
        @Option(parsing: .unconditional) var styleLevel: Double?
        @Flag(inversion: .prefixedNo) var polish = true
        @Flag var quiet = false

        func validate() throws {
            guard styleLevel ?? 1 >= 1 else { throw ValidationError("--style-level starts at 1") }
        }
    }

    private func arguments(_ values: KeyValuePairs<String, String>, relativeTo folder: FilePath = ".") throws
        -> [String]
    {
        try LongOptions(of: Sample.self).arguments(
            for: values.map { OptionValue(name: $0.key, value: $0.value, origin: "here") }, relativeTo: folder)
    }

    @Test func `options keep their values, whatever these begin with`() throws {
        #expect(
            try arguments(["style-level": "2.5", "picture": "-a b.png"]) == ["--style-level=2.5", "--picture=-a b.png"])
    }

    @Test func `flags are switched`() throws {
        #expect(try arguments(["polish": "true", "quiet": "true"]) == ["--polish", "--quiet"])
        #expect(try arguments(["polish": "false", "quiet": "false"]) == ["--no-polish"])
        #expect(try arguments(["no-polish": "false"]) == ["--polish"])
    }

    @Test func `the last value of an option counts`() throws {
        #expect(try arguments(["quiet": "true", "quiet": "false"]) == [])
        let both = try arguments(["style-level": "2", "polish": "false", "style-level": "3", "polish": "true"])
        let parsed = try Sample.parse(both)
        #expect(parsed.styleLevel == 3)
        #expect(parsed.polish)
    }

    @Test func `relative paths start at the folder`() throws {
        #expect(try arguments(["picture": "p.png"], relativeTo: "art/cups") == ["--picture=art/cups/p.png"])
        #expect(try arguments(["folder": "/p"], relativeTo: "art") == ["--folder=/p"])
        #expect(try arguments(["folder": "out"], relativeTo: "/") == ["--folder=/out"])
        #expect(try !arguments(["picture": "~/p.png"])[0].contains("~"))
    }

    @Test func `names of no option, and what is no value, are refused`() throws {
        #expect {
            try arguments(["style_level": "2"])
        } throws: {
            guard case OptionValueError.unknown("style_level", "style-level", "here") = $0 else { return false }
            return true
        }
        #expect {
            try arguments(["help": "true"])
        } throws: {
            guard case OptionValueError.commandLineOnly("help", "here") = $0 else { return false }
            return true
        }
        #expect {
            try arguments(["quiet": "yes"])
        } throws: {
            guard case OptionValueError.notBoolean(let value) = $0 else { return false }
            return value.value == "yes"
        }
    }

    @Test func `an empty value is no path`() throws {
        #expect {
            try arguments(["picture": ""], relativeTo: "art")
        } throws: {
            guard case OptionValueError.refused(_, "Missing value for '--picture <picture>'") = $0 else { return false }
            return true
        }
    }

    @Test(
        "a refused value comes with the parser's reason",
        arguments: [
            ("x", "The value 'x' is invalid for '--style-level <style-level>'"), ("0", "--style-level starts at 1"),
        ])
    func refuses(value: String, reason: String) throws {
        #expect {
            try arguments(["style-level": value])
        } throws: {
            guard case OptionValueError.refused(_, let actual) = $0 else { return false }
            return actual == reason
        }
    }

    @Test(
        "edit distances",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("mask", "mask", 0), ("kitten", "sitting", 3),
            ("style_level", "style-level", 1), ("levle", "level", 2),
        ])
    func distance(a: String, b: String, expected: Int) {
        #expect(a.editDistance(to: b) == expected)
        #expect(b.editDistance(to: a) == expected)
    }

    @Test func `only a name that is near is proposed`() {
        let names = ["at", "painting", "scale", "quality"]
        #expect("paintings".nearest(of: names) == "painting")
        #expect("Scale".nearest(of: names) == "scale")
        #expect("completely-other".nearest(of: names) == nil)
        #expect("x".nearest(of: []) == nil)
    }

    @Test func `a name of any length is soon known to be no option's`() {
        let name = String(repeating: "k", count: 2_000_000), names = (0..<100).map { "an-option-\($0)" }
        // Comparing it with each takes far longer.
        var nearest: String?
        #expect(processorSeconds { nearest = name.nearest(of: names) } < 2)
        #expect(nearest == nil)
    }
}
