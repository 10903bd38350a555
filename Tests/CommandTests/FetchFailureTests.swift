import Files
import Foundation
import NeuralNet
import TestSupport
import Testing

/// What can go wrong with `harmonize model fetch`: each has its words, and never leaves weights that are wrong.
@Suite(.timeLimit(.minutes(60))) struct FetchFailureTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var environment: [String: String] { ["XDG_DATA_HOME": folder.path("data")] }

    private func arguments(_ url: String) -> [String] {
        ["model", "fetch", "vgg16", "--url", url, "--quiet", "--retries", "0", "--timeout", "1"]
    }

    private func expectFailure(_ url: String, _ code: Int32, _ error: String, hint: String) throws {
        try Command.expectFailure(arguments(url), in: folder, environment: environment, code, error, hint: hint)
        #expect(try !folder.names.contains { $0.hasSuffix(".bin") })
    }

    /// Expects a failure with a reason that is libcurl's, which is not the same everywhere.
    private func expectFailure(_ url: String, saying words: String, hint: String) throws {
        let outcome = try Command.run(arguments(url), in: folder, environment: environment)
        #expect(outcome.exitCode == 69)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.first?.hasPrefix("Error: \(words): ") == true, "\(outcome.errors)")
        #expect(outcome.errorLines.last == "Hint: \(hint)")
        #expect(try !folder.names.contains { $0.hasSuffix(".bin") })
    }

    /// A file of the right form, and small: the convolutions of another network.
    private let small: FileServer.File = {
        let bytes = SafeTensorsFile.bytes(of: .builtIn)
        return FileServer.File(head: bytes, size: bytes.count)
    }()
    private let copy = "give the address of a copy with --url"
    private let again = "run the same command again: what has come is kept"
    private let offline =
        "check the network and https_proxy; or fetch the file on another machine and run 'harmonize model import'"

    @Test func `a server that is not there`() throws {
        let port = try FileServer(small).port  // closed again
        // A name longer than names can be is looked up nowhere.
        for url in ["http://127.0.0.1:\(port)/x", "http://\(String(repeating: "x", count: 64))/x"] {
            try expectFailure(url, saying: "cannot reach \(url)", hint: offline)
        }
        #expect(try folder.names.filter { $0.contains("vgg16") } == ["data/harmonize/models/vgg16.part"])
    }

    @Test func `a server without TLS where it is asked for`() throws {
        let server = try FileServer(small)
        let url = "https://127.0.0.1:\(server.port)/x"
        try expectFailure(
            url, saying: "no secure connection to \(url)",
            hint: "check the clock, the certificates (package ca-certificates) and https_proxy")
    }

    @Test func `answers that are none`() throws {
        let refused = "try another network, or give the address of a copy with --url"
        let later = "run the same command again later, or give the address of a copy with --url"
        for (status, words, hint) in [
            (404, "there is no file at URL", copy), (410, "there is no file at URL", copy),
            (401, "access to URL is refused (status 401)", refused),
            (403, "access to URL is refused (status 403)", refused),
            (416, "the server has a problem with URL (status 416)", later),
            (429, "the server has a problem with URL (status 429)", later),
            (500, "the server has a problem with URL (status 500)", later),
            (503, "the server has a problem with URL (status 503)", later),
            (204, "the server has a problem with URL (status 204)", later),
        ] {
            let server = try FileServer(small, [.status(status)])
            try expectFailure(server.url, 69, words.replacing("URL", with: server.url), hint: hint)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a wait of more than a minute is not waited`() throws {
        let server = try FileServer(small, [.status(503, ["Retry-After: 3600"])])
        let outcome = try Command.run(
            ["model", "fetch", "vgg16", "--url", server.url], in: folder, environment: environment)
        #expect(outcome.exitCode == 69)
        #expect(outcome.errorLines[1] == "Error: the server has a problem with \(server.url) (status 503)")
    }

    @Test func `parts that were not asked for`() throws {
        for range in [
            "bytes 1-65536/\(small.size)", "bytes 0-65536/\(small.size)", "bytes 0-65535/*", "bytes 0-65535/65535",
            "bytes 9-0/10", "none",
        ] {
            let server = try FileServer(small, [.range(range)])
            try expectFailure(
                server.url, 69,
                "the server answers wrongly for \(server.url): asked for bytes 0-65535, it sends \"\(range)\"",
                hint: copy)
        }
        let server = try FileServer(small, [.whole(saysLength: false)])
        try expectFailure(
            server.url, 69, "the server answers wrongly for \(server.url): it does not say how long the file is",
            hint: copy)
    }

    @Test func `a connection that is lost, or stalls`() throws {
        let lost = try FileServer(small, [.cut(after: 1000)])
        try expectFailure(lost.url, saying: "the connection to \(lost.url) was lost", hint: again)
        // libcurl takes the mean of some seconds: after a byte it is too slow at once.
        let stalling = try FileServer(small, [.stall(after: 1)])
        try expectFailure(stalling.url, saying: "\(stalling.url) stalls", hint: again)
        // What came of one place is not put together with another's.
        #expect(lost.ranges == ["bytes=0-65535"] && stalling.ranges == ["bytes=0-65535"])
        #expect(try folder.bytes("data/harmonize/models/vgg16.part") == [small.head[0]])
    }

    @Test func `less than was announced, in an answer that seems whole`() throws {
        // The range says 65536 bytes, the length 60000.
        let server = try FileServer(
            FileServer.File(head: small.head, size: 60_000), [.range("bytes 0-65535/\(small.size)")])
        try expectFailure(
            server.url, 69, "the connection to \(server.url) was lost: 5536 bytes fewer than announced", hint: again)
    }

    @Test func `a file that keeps changing`() throws {
        let larger = FileServer.Answer.range("bytes 65536-\(small.size - 1)/\(small.size + 1)")
        let server = try FileServer(small, [.right, larger, .right, .status(416)])
        try expectFailure(
            server.url, 69, "the file at \(server.url) keeps changing while it is fetched",
            hint: "run the same command again later")
    }

    @Test func `without anything to know a file again by, it is fetched from the start`() throws {
        let server = try FileServer(small, [.cut(after: 1000), .status(404)], etag: "")
        try expectFailure(server.url, saying: "the connection to \(server.url) was lost", hint: again)
        try expectFailure(server.url, 69, "there is no file at \(server.url)", hint: copy)
        #expect(server.ranges == ["bytes=0-65535", "bytes=0-65535"])
    }

    @Test func `what is not the model is thrown away`() throws {
        let login = "if your network asks you to log in first, do so; or give the address of a copy with --url"
        let weights = SafeTensorsFile.bytes(of: .builtIn)
        let channels = "16 16 32 32 64 64 64 128 128 128 128"
        let page = Array("<html><body>Please log in to this network.</body></html>".utf8)
        for (bytes, reason) in [
            (weights, "its convolutions have \(channels) channels"),
            (SafeTensorsFile.bytes(of: .builtIn, without: "conv1_1"), "the file lacks the tensor features.0.weight"),
            (page, "the file is damaged: a header of \(Self.headerLength(page)) bytes"),
            (Array("short".utf8), "the file is cut short: 5 bytes of 8"),
            (Array(weights.prefix(100_000)), "the file is cut short: 100000 bytes of \(weights.count)"),
        ] {
            let server = try FileServer(FileServer.File(head: bytes, size: bytes.count))
            try expectFailure(
                server.url, 65, "\(server.url) is not vgg16 as it was published: \(reason)", hint: login)
            #expect(try !folder.names.contains { $0.contains("vgg16") })
        }
    }

    private static func headerLength(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @Test func `a place that says it has another file is not read`() throws {
        let hash = String(repeating: "ab", count: 32)
        let server = try FileServer(
            small, [.status(302, ["Location: /elsewhere", "X-Linked-ETag: \"\(hash)\""])])
        try expectFailure(
            server.url, 65, "\(server.url) is not vgg16 as it was published: its SHA-256 is \(hash)",
            hint: "if your network asks you to log in first, do so; or give the address of a copy with --url")
    }

    @Test func `a proxy in the environment is used`() throws {
        let proxy = try FileServer(small, [.status(404)])
        let outcome = try Command.run(
            arguments("http://weights.invalid/model.safetensors"), in: folder,
            environment: environment.merging(["http_proxy": "http://127.0.0.1:\(proxy.port)"]) { $1 })
        #expect(outcome.errorLines.first == "Error: there is no file at http://weights.invalid/model.safetensors")
        #expect(proxy.requests.map(\.target) == ["GET http://weights.invalid/model.safetensors"])
    }

    @Test func `an interruption keeps what has come, and a second fetch waits for the first to end`() throws {
        let server = try FileServer(small, [.stall(after: 5000), .status(404)])
        let part = folder.path("data/harmonize/models/vgg16.part")
        var second: Command.Outcome?
        let outcome = try Command.run(
            ["model", "fetch", "vgg16", "--url", server.url, "--timeout", "3600"], in: folder, environment: environment
        ) { process in
            while process.isRunning, (try? Data(contentsOf: URL(fileURLWithPath: part)).count) != 5000 {
                usleep(20_000)
            }
            second = try? Command.run(arguments(server.url), in: folder, environment: environment)
            kill(process.processIdentifier, SIGINT)
        }
        #expect(second?.errors == "Error: another harmonize is fetching vgg16\nHint: wait for it to end\n")
        #expect(second?.exitCode == 69)
        #expect(outcome.exitCode == 130)
        #expect(outcome.errorLines.last == "Error: interrupted")
        #expect(try folder.bytes("data/harmonize/models/vgg16.part") == Array(small.head[..<5000]))
        // The next time asks for what is missing.
        try expectFailure(server.url, 69, "there is no file at \(server.url)", hint: copy)
        #expect(server.ranges == ["bytes=0-65535", "bytes=5000-\(small.size - 1)"])
    }

    @Test func `a damaged file of weights is fetched again, and so is a good one where that is forced`() throws {
        let server = try FileServer(small, [.status(404), .status(404)])
        let fetch = ["model", "fetch", "vgg16", "--url", server.url]
        let path = folder.path("data/harmonize/models/vgg16.bin")
        try FileManager.default.createDirectory(
            atPath: folder.path("data/harmonize/models"), withIntermediateDirectories: true)
        try Weights.builtIn.write(to: FilePath(path))
        let other = try Command.run(fetch, in: folder, environment: environment)
        #expect(other.errors.hasPrefix("\(path) is not vgg16: its convolutions have 16 16 32 32"))
        try folder.write(Weights.builtIn.encoded().dropLast(), to: "data/harmonize/models/vgg16.bin")
        let damaged = try Command.run(fetch, in: folder, environment: environment)
        #expect(damaged.errorLines.first == "\(path) is cut short: 2502900 bytes of 2502901; fetching it again")
        #expect(server.requests.count == 2)
    }

    @Test func `weights that were not fetched are missing, and a file of the name comes first`() throws {
        let missing = ("the weights vgg16 are not there yet", "run 'harmonize model fetch vgg16'")
        for arguments in [Fixture.evaluatedSample + ["--model", "vgg16"], ["model", "info", "vgg16"]] {
            try Command.expectFailure(
                arguments, in: folder, environment: environment, 66, missing.0, hint: missing.1)
        }
        try Weights.builtIn.write(to: folder.path("vgg16"))
        let named = try Command.run(["model", "info", "vgg16"], in: folder, environment: environment)
        #expect(named.output.hasPrefix("source      vgg16\ncontents    11 convolutions"))
        let builtIn = try Command.run(["model", "info", "built-in"], in: folder, environment: environment)
        #expect(builtIn.output.hasPrefix("source      built-in\ncontents    11 convolutions"))
    }

    @Test func `a name in a file of options is a name, and a file beside it a file`() throws {
        try folder.makeFolder("settings")
        try folder.write("model = \"vgg16\"".utf8, to: "settings/harmonize.toml")
        let arguments = Fixture.evaluatedSample + ["--config", "settings/harmonize.toml"]
        try Command.expectFailure(
            arguments, in: folder, environment: environment, 66, "the weights vgg16 are not there yet",
            hint: "run 'harmonize model fetch vgg16'")
        try folder.write(Array("words".utf8), to: "settings/vgg16")
        try Command.expectFailure(
            arguments, in: folder, environment: environment, 65,
            "settings/vgg16 holds no weights that harmonize knows (5 bytes)",
            hint: "give a file from 'harmonize model import', or a raw dump of VGG16 (58858752 or 553430176 bytes)")
    }

    @Test func `the folder is the user's`() throws {
        func list(_ environment: [String: String]) throws -> Substring? {
            let output = try Command.run(["model", "list"], in: folder, environment: environment).output
            return output.split(separator: "\n").dropFirst().first
        }
        let home = folder.path("home")
        try FileManager.default.createDirectory(
            atPath: home + "/.local/share/harmonize/models", withIntermediateDirectories: true)
        try Weights.builtIn.write(to: FilePath("\(home)/.local/share/harmonize/models/vgg16.bin"))
        let row = "vgg16       2.5 MB  \(home)/.local/share/harmonize/models/vgg16.bin"
        #expect(try list(["HOME": home, "XDG_DATA_HOME": ""]) == row[...])
        #expect(try list(["HOME": home, "XDG_DATA_HOME": "relative"]) == row[...])
        #expect(try list(["HOME": home, "XDG_DATA_HOME": folder.path("data")])?.contains("not there") == true)
        try Command.expectFailure(
            ["model", "list"], in: folder, environment: ["HOME": "", "XDG_DATA_HOME": ""], 73,
            "there is no folder for weights: HOME is not set", hint: "set XDG_DATA_HOME to a folder of yours")
    }

    @Test func `a folder that cannot be made, and options that make no sense`() throws {
        let server = try FileServer(small)
        try Command.expectFailure(
            arguments(server.url), in: folder, environment: ["XDG_DATA_HOME": "/dev/null"], 73,
            "cannot write /dev/null/harmonize/models: the folder cannot be made",
            hint: "choose a folder you can write to, with room on its disk")
        #expect(server.requests == [])
        func expectRefusal(_ options: [String], _ error: String) throws {
            try Command.expectFailure(
                ["model", "fetch"] + options, in: folder, environment: environment, 64, error,
                hint: "harmonize --help lists the options")
        }
        try expectRefusal(
            ["vgg16", "--url", "ftp://x/y"],
            "--url needs an address that begins with https:// or http://, got ftp://x/y")
        try expectRefusal(["vgg16", "--timeout", "0"], "--timeout goes from 1 to 3600, got 0")
        try expectRefusal(["vgg16", "--retries", "101"], "--retries goes from 0 to 100, got 101")
        #expect(try folder.names == [])
    }
}
