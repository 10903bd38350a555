import Fetching
import Foundation
import NeuralNet
import TestSupport
import Testing

/// `harmonize model fetch`, from servers that do right: what comes, from where and to where.
@Suite(.timeLimit(.minutes(60))) struct FetchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Outcome {
        try Command.run(arguments, in: folder, environment: ["XDG_DATA_HOME": folder.path("data")])
    }

    private func fetched(_ name: String) throws -> Weights {
        try Weights.read(folder.path("data/harmonize/models/\(name).bin"))
    }

    @Test func `the convolutions come in two requests, and the model has a name from then on`() throws {
        let server = try FileServer(PublishedFile.vgg16)
        let path = folder.path("data/harmonize/models/vgg16.bin")
        let outcome = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "")
        #expect(outcome.errorLines.first == "fetching vgg16 from \(server.url)")
        #expect(outcome.errorLines.dropFirst().dropLast().map { $0.prefix(4) } == ["25 %", "50 %", "75 %", "100 "])
        #expect(outcome.errorLines.last == "wrote \(path): 13 convolutions, 14714688 parameters, max pooling")
        #expect(server.ranges == ["bytes=0-65535", "bytes=65536-\(PublishedFile.networkEnd(PublishedFile.vgg16) - 1)"])
        #expect(
            try folder.names == ["data", "data/harmonize", "data/harmonize/models", "data/harmonize/models/vgg16.bin"])
        #expect(try fetched("vgg16") == PublishedFile.weights(PublishedFile.vgg16))

        let again = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(again.exitCode == 0)
        #expect(again.errors == "vgg16 is there: \(path)\n")
        #expect(server.requests.count == 2)

        let list = try run(["model", "list"])
        #expect(list.exitCode == 0)
        #expect(
            list.output == """
                built-in    2.5 MB  part of this program
                vgg16      58.9 MB  \(path)
                vgg16-bn         -  not there; run 'harmonize model fetch vgg16-bn'
                vgg19            -  not there; run 'harmonize model fetch vgg19'

                """)
        let info = try run(["model", "info", "vgg16"])
        #expect(info.output.hasPrefix("source      \(path)\ncontents    13 convolutions, 14714688 parameters"))
        let job = try run(Fixture.evaluatedSample + ["--model", "vgg16", "--trace", "trace.json"])
        #expect(job.exitCode == 0)
        #expect(try TraceFile(folder.path("trace.json")).model.source == "vgg16")
    }

    @Test func `batch normalisation is folded in, and what lies between is left out`() throws {
        let server = try FileServer(PublishedFile.vgg16BN)
        #expect(try run(["model", "fetch", "vgg16-bn", "--url", server.url, "--quiet"]).errors == "")
        #expect(try fetched("vgg16-bn") == PublishedFile.weights(PublishedFile.vgg16BN))
        // The beginning, up to the gap, and behind it.
        #expect(server.requests.count == 3)
        let bounds = server.ranges[1...].flatMap { $0.dropFirst(6).split(separator: "-").compactMap { Int($0) } }
        try #require(bounds.count == 4)
        #expect(bounds[0] == 65536 && bounds[2] - bounds[1] - 1 == 3 << 20)
        #expect(bounds[3] == PublishedFile.networkEnd(PublishedFile.vgg16BN) - 1)
    }

    @Test func `VGG19 is fetched, through a redirection`() throws {
        let server = try FileServer(
            PublishedFile.vgg19,
            [
                .status(302, ["Location: /elsewhere?a=b", "X-Linked-ETag: \"\(Self.vgg19Hash)\""]), .right,
                .status(307, ["Location: /elsewhere"]), .right,
            ])
        let outcome = try run(["model", "fetch", "vgg19", "--url", server.url])
        #expect(outcome.exitCode == 0)
        #expect(try fetched("vgg19") == PublishedFile.weights(PublishedFile.vgg19))
        #expect(try fetched("vgg19").layers.count == 16)
        let expected = ["/model.safetensors", "/elsewhere?a=b", "/model.safetensors", "/elsewhere"]
        #expect(server.requests.map(\.target) == expected.map { "GET \($0)" })
        #expect(server.ranges[0] == server.ranges[1] && server.ranges[2] == server.ranges[3])
    }

    private static let vgg19Hash = "11aea017b543ff59233749d8f1cf544cda749378f5790d2fedab841fb86b7669"

    @Test func `a server without parts of files is read from the start, as far as needed`() throws {
        let server = try FileServer(PublishedFile.vgg16, Array(repeating: .whole(), count: 3))
        let outcome = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(outcome.exitCode == 0)
        #expect(outcome.errorLines[1] == "the server sends no parts of files: reading this one from its start")
        #expect(server.requests.count == 1)
        #expect(try fetched("vgg16") == PublishedFile.weights(PublishedFile.vgg16))
    }

    @Test func `what was cut off goes on the next time, even where all has to be read again`() throws {
        let server = try FileServer(PublishedFile.vgg16, [.right, .cut(after: 3_000_000), .whole()])
        let first = try run(["model", "fetch", "vgg16", "--url", server.url, "--retries", "0"])
        #expect(first.exitCode == 69)
        #expect(
            first.errorLines.suffix(2).first?.hasPrefix("Error: the connection to \(server.url) was lost: ") == true)
        #expect(first.errorLines.last == "Hint: run the same command again: what has come is kept")
        let there = 65536 + 3_000_000
        let part = "data/harmonize/models/vgg16.part"
        #expect(try folder.bytes(part) == Array(PublishedFile.vgg16.head[..<there]))
        #expect(try folder.names.contains(part + ".json"))
        #expect(try !folder.names.contains("data/harmonize/models/vgg16.bin"))

        let second = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(second.exitCode == 0)
        #expect(second.errorLines[1] == "going on after 3.1 MB")
        #expect(second.errorLines[2] == "the server sends no parts of files: reading this one from its start")
        #expect(try fetched("vgg16") == PublishedFile.weights(PublishedFile.vgg16))
        #expect(try !folder.names.contains { $0.contains("part") })
        #expect(
            server.ranges == [
                "bytes=0-65535", server.ranges[1], server.ranges[1].replacing("=65536-", with: "=\(there)-"),
            ])
        #expect(server.ranges[1] == "bytes=65536-\(PublishedFile.networkEnd(PublishedFile.vgg16) - 1)")
    }

    @Test func `a passing trouble is waited for, and what comes then is put behind what was there`() throws {
        let server = try FileServer(
            PublishedFile.vgg16,
            [
                .status(503, ["Retry-After: 0"]), .right, .cut(after: 3_000_000), .status(500, ["Retry-After: 0"]),
                .status(429, ["Retry-After: 0"]),
            ])
        let outcome = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(outcome.exitCode == 0)
        let troubles = outcome.errorLines.filter { $0.contains("trying again in") }
        #expect(troubles.map { $0.suffix(5) } == [" 0 s", " 1 s", " 0 s", " 0 s"].map { "n\($0)" })
        let rest = "bytes=\(65536 + 3_000_000)-\(PublishedFile.networkEnd(PublishedFile.vgg16) - 1)"
        #expect(server.ranges.suffix(3) == [rest, rest, rest])
        #expect(try fetched("vgg16") == PublishedFile.weights(PublishedFile.vgg16))
    }

    @Test func `a file that has changed is fetched from the start`() throws {
        let server = try FileServer(PublishedFile.other, [.right, .cut(after: 3_000_000)], etag: "\"0\"")
        #expect(try run(["model", "fetch", "vgg16", "--url", server.url, "--retries", "0"]).exitCode == 69)
        server.change(to: PublishedFile.vgg16, etag: "\"1\"")
        let outcome = try run(["model", "fetch", "vgg16", "--url", server.url])
        #expect(outcome.exitCode == 0)
        #expect(outcome.errorLines.contains("the file has changed: from the start"))
        #expect(server.ranges[2].hasPrefix("bytes=3065536-") && server.ranges[3] == "bytes=0-65535")
        #expect(try fetched("vgg16") == PublishedFile.weights(PublishedFile.vgg16))
    }

    @Test func `verifying fetches all of the file and compares its hash`() throws {
        let file = PublishedFile.vgg16
        let server = try FileServer(file)
        let hash = (file.head + [UInt8](repeating: 0, count: file.size - file.head.count))
            .withUnsafeBytes { SHA256.hexadecimal($0) }
        // No file that a test can make has the published hash.
        let outcome = try run(["model", "fetch", "vgg16", "--url", server.url, "--verify", "--quiet"])
        #expect(outcome.exitCode == 65)
        #expect(
            outcome.errorLines.first
                == "Error: \(server.url) is not vgg16 as it was published: its SHA-256 is \(hash)")
        #expect(server.ranges == ["bytes=0-65535", "bytes=65536-\(file.size - 1)"])
        #expect(try !folder.names.contains { $0.contains("vgg16") })
    }

    @Test func `other weights of the same shape are refused by their first values`() throws {
        let server = try FileServer(PublishedFile.other)
        try Command.expectFailure(
            ["model", "fetch", "vgg16", "--url", server.url, "--quiet"], in: folder,
            environment: ["XDG_DATA_HOME": folder.path("data")], 65,
            "\(server.url) is not vgg16 as it was published: conv1_1's bias 2 is 0.4646, not 0.4644",
            hint: "if your network asks you to log in first, do so; or give the address of a copy with --url")
        #expect(try !folder.names.contains { $0.contains("vgg16") })
    }
}
