import Files
import Foundation
import Harmonization
import Imaging
import NeuralNet
import Synchronization
import TestSupport
import Testing

/// Work that goes on where it was interrupted.
@Suite(.timeLimit(.minutes(60))) struct CheckpointTests {
    private let scene: NoiseScene
    private let folder: TemporaryFolder

    init() throws {
        scene = try NoiseScene()
        folder = try TemporaryFolder()
    }

    /// Works for so many evaluations and gives the checkpoint of the last one; nil where the work was done by then.
    private func interrupted(
        after count: Int, from start: HarmonizationCheckpoint? = nil, _ change: (inout Settings) -> Void = { _ in }
    ) throws -> HarmonizationCheckpoint? {
        let evaluations = Mutex(0)
        var checkpoint: HarmonizationCheckpoint?
        let result = try scene.harmonizer(change).harmonize(scene.painting, with: scene.object, from: start) {
            guard case .evaluated(let evaluation) = $0 else { return }
            checkpoint = evaluation.checkpoint
            evaluations.withLock { $0 += 1 }
        } isCancelled: {
            evaluations.withLock { $0 >= count }
        }
        return result.isCancelled ? checkpoint : nil
    }

    /// The checkpoint as its file gives it back.
    private func reread(_ checkpoint: HarmonizationCheckpoint) throws -> HarmonizationCheckpoint {
        try checkpoint.write(to: folder.path("file"))
        let again = try HarmonizationCheckpoint(reading: folder.path("file"))
        #expect(again.encoded() == checkpoint.encoded())
        return again
    }

    private func expectSame(
        _ a: HarmonizedPainting, _ b: HarmonizedPainting, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            a.stage1Overlay == b.stage1Overlay && a.stage2Overlay == b.stage2Overlay, sourceLocation: sourceLocation)
        #expect(a.tapScale == b.tapScale && a.styleLevel == b.styleLevel, sourceLocation: sourceLocation)
        #expect(a.passes.map(\.evaluations) == b.passes.map(\.evaluations), sourceLocation: sourceLocation)
        #expect(a.passes.map(\.ended) == b.passes.map(\.ended), sourceLocation: sourceLocation)
        #expect(!b.isCancelled, sourceLocation: sourceLocation)
    }

    // 3 evaluations at half the size, 10 of pass 1 and 20 and 5 of pass 2 at full size.
    @Test(arguments: OptimizerKind.allCases)
    func `work goes on from the file of any evaluation and ends with the same bits`(optimizer: OptimizerKind) throws {
        let harmonizer = try scene.harmonizer {
            ($0.optimizer, $0.iterations) = (optimizer, Iterations(pass1: 10, pass2: 25))
        }
        var checkpoints: [HarmonizationCheckpoint] = []
        let whole = try harmonizer.harmonize(scene.painting, with: scene.object) {
            if case .evaluated(let evaluation) = $0 { checkpoints.append(evaluation.checkpoint) }
        }
        #expect(checkpoints.count == 38)
        for count in [1, 2, 3, 4, 5, 9, 12, 13, 14, 20, 33, 34, 37] {
            let checkpoint = try reread(checkpoints[count - 1])
            #expect(checkpoint.evaluations <= count)
            expectSame(whole, try harmonizer.harmonize(scene.painting, with: scene.object, from: checkpoint))
        }
    }

    @Test("however often it is interrupted, with any number of threads", arguments: [false, true], [204, 408])
    func often(usesPaperMethod: Bool, side: Int) throws {
        func change(_ settings: inout Settings) {
            (settings.usesPaperMethod, settings.largestSide) = (usesPaperMethod, side)
        }
        let whole = try scene.harmonizer(change).harmonize(scene.painting, with: scene.object)
        var last: HarmonizationCheckpoint?, times = 0
        while let next = try interrupted(
            after: 4, from: last,
            {
                change(&$0); $0.threads = 1 + times % 3
            })
        {
            last = try reread(next)
            times += 1
        }
        #expect(times > 8)
        expectSame(whole, try scene.harmonizer(change).harmonize(scene.painting, with: scene.object, from: last))
    }

    @Test func `evaluations are numbered on, and passes that were done are not done again`() throws {
        let checkpoint = try #require(try interrupted(after: 8))
        var events: [String] = []
        let result = try scene.harmonizer().harmonize(scene.painting, with: scene.object, from: checkpoint) {
            switch $0 {
            case .planned: events.append("planned")
            case .began(let step): events.append("pass \(step.pass) at 1/\(step.reduction)")
            case .evaluated(let evaluation): events.append("\(evaluation.number)")
            case .finished(let record): events.append("\(record.evaluations.count) evaluations")
            case .synthesizing(let size): events.append("synthesis at \(size)")
            case .painted(let painted): events.append("\(painted.step)")
            }
        }
        let first = (checkpoint.evaluations - 3 + 1...10).map { "\($0)" }
        let between = ["10 evaluations", "pass 2 at 1/1", "guide", "firstSynthesis"]
        let last = ["20 evaluations", "synthesis at 408×64", "lastSynthesis(408×64)"]
        #expect(
            events == ["planned", "pass 1 at 1/1"] + first + between + (1...20).map { "\($0)" } + last)
        #expect(result.passes.map(\.evaluations.count) == [3, 10, 20])
    }

    // MARK: Other work

    private typealias Difference = HarmonizationCheckpoint.Difference

    private func differences(
        _ scene: NoiseScene? = nil, _ change: (inout Settings) -> Void = { _ in }
    ) throws -> [Difference] {
        let checkpoint = try #require(try interrupted(after: 2))
        let scene = scene ?? self.scene
        let harmonizer = try scene.harmonizer(change)
        let result = Result { try harmonizer.harmonize(scene.painting, with: scene.object, from: checkpoint) }
        guard case .failure(let error) = result else { return [] }
        guard case HarmonizationError.otherCheckpoint(let differences) = error else { throw error }
        return differences
    }

    @Test func `a checkpoint of other pictures is refused with what differs`() throws {
        #expect(try differences(NoiseScene(painting: 3)) == [.painting])
        #expect(try differences(NoiseScene(object: 3)) == [.object])
        #expect(try differences(NoiseScene(mask: 0.9)) == [.mask])
        #expect(try differences(NoiseScene(x: 102)) == [.place])
        #expect(try differences(NoiseScene(painting: 3, mask: 0.9)) == [.painting, .mask])
    }

    @Test func `a checkpoint of other settings is refused with what differs`() throws {
        #expect(try differences { $0.iterations?.pass2 = 21 } == [.iterations])
        #expect(try differences { $0.styleLevel = .realist } == [.styleLevel])
        #expect(try differences { $0.detail = 0.6 } == [.detail])
        #expect(
            try differences { $0.styleRegion = Region(columns: 0..<200, rows: 0..<64) } == [.styleRegion])
        #expect(try differences { $0.keepsColors = true } == [.keepColors, .matchColors])
        #expect(try differences { $0.colorMatching = 0.6 } == [.matchColors])
        #expect(try differences { $0.usesPaperMethod = true } == [.matchColors, .faithful])
        #expect(try differences { $0.optimizer = .adam } == [.optimizer])
        #expect(try differences { $0.histogramRange = .own } == [.histogramRange])
        #expect(try differences { $0.contentWeight = 2 } == [.contentWeight])
        #expect(try differences { $0.styleWeight = 2 } == [.styleWeight])
        #expect(try differences { $0.histogramWeight = 2 } == [.histogramWeight])
        #expect(try differences { $0.tvWeight = 2 } == [.tvWeight])
        #expect(try differences { $0.largestSide = 204 } == [.size])
    }

    @Test func `what changes no bit may differ`() throws {
        #expect(try differences { ($0.threads, $0.memoryLimit) = (1, 1 << 40) } == [])
    }

    @Test func `a checkpoint of another network is refused`() throws {
        let checkpoint = try #require(try interrupted(after: 2))
        var settings = Settings()
        settings.iterations = Iterations(pass1: 10, pass2: 20)
        let other = try Harmonizer(network: .builtIn, settings: settings)
        let error = #expect(throws: HarmonizationError.self) {
            try other.harmonize(scene.painting, with: scene.object, from: checkpoint)
        }
        #expect(error == .otherCheckpoint([.model]))
    }

    // MARK: Files

    /// The error of reading these bytes; nil where they are a checkpoint.
    private func error(reading bytes: [UInt8]) throws -> CheckpointError? {
        let path: FilePath = try folder.write(bytes, to: "bytes")
        let result = Result { try HarmonizationCheckpoint(reading: path) }
        guard case .failure(let error) = result else { return nil }
        return try #require(error as? CheckpointError)
    }

    @Test func `a file with a byte changed, or cut off anywhere, is refused`() throws {
        // A small scene has a small file.
        let small = Size(width: 40, height: 32)
        let object = try PlacedObject(.noise(small, seed: 2), mask: .box(18..<24, 14..<19, in: small), in: small)
        var checkpoint: HarmonizationCheckpoint?
        _ = try scene.harmonizer { $0.iterations = Iterations(pass1: 4, pass2: 6) }.harmonize(
            .noise(small, seed: 1), with: object
        ) {
            if case .evaluated(let evaluation) = $0 { checkpoint = evaluation.checkpoint }
        }
        let bytes = try #require(checkpoint).encoded()
        #expect(try error(reading: bytes) == nil)
        let header = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        for place in Array(0..<header) + Array(stride(from: header, to: bytes.count, by: 97)) {
            var damaged = bytes
            damaged[place] ^= 1
            let error = try error(reading: damaged)
            #expect(error != nil, "byte \(place)")
        }
        for count in Array(stride(from: 0, to: bytes.count, by: 101)) + [bytes.count - 1] {
            let error = try error(reading: Array(bytes[..<count]))
            #expect(error != nil, "\(count) bytes")
        }
    }

    @Test func `other files are told from damaged ones`() throws {
        let path: FilePath = folder.path("bytes")
        #expect(try error(reading: Array("painting".utf8)) == .unknownFormat(path: path))
        #expect(try error(reading: SafeTensors.encoded([], metadata: ["format": "pt"])) == .unknownFormat(path: path))
        let later = SafeTensors.encoded([], metadata: ["format": "harmonize checkpoint", "version": "5"])
        #expect(try error(reading: later) == .unsupportedVersion(path: path, version: "5"))
        let bytes = try #require(try interrupted(after: 2)).encoded()
        #expect(try error(reading: bytes.dropLast()) == .damaged(path: path))
        #expect(throws: CheckpointError.file(.missing(path: folder.path("none")))) {
            try HarmonizationCheckpoint(reading: folder.path("none"))
        }
        #expect(throws: CheckpointError.self) { try HarmonizationCheckpoint(reading: folder.path("")) }
    }

    @Test func `a forged checkpoint is refused, or works`() throws {
        let bytes = try #require(try interrupted(after: 10)).encoded()
        let file = try SafeTensors(decoding: Data(bytes), path: "")
        let tensors = try file.names.map { (name: $0, tensor: try file.tensor($0)) }
        /// The file with `text` of its state replaced, and a checksum that holds.
        func forged(_ text: String, by other: String) throws -> [UInt8] {
            var metadata = file.metadata
            let state = try #require(metadata["state"])
            #expect(state.contains(text))
            let json = state.replacing(text, with: other)
            metadata["state"] = json
            let data = try SafeTensors(decoding: Data(SafeTensors.encoded(tensors, metadata: [:])), path: "")
            metadata["checksum"] = try String(#require(data.checksum(after: Checksum.fnv1a(json.utf8))), radix: 16)
            return SafeTensors.encoded(tensors, metadata: metadata)
        }
        let index = #""sizeIndex":0"#, spent = #""spent":"#
        #expect(try error(reading: forged(index, by: index)) == nil)
        for (text, other) in [
            (index, #""sizeIndex":1"#), (index, #""sizeIndex":2"#), (index, #""sizeIndex":-1"#),
            (index, #""sizeIndex":9223372036854775807"#), (spent, spent + "1"), (spent, spent + "-"),
        ] {
            let checkpoint = try HarmonizationCheckpoint(
                reading: folder.write(forged(text, by: other), to: "forged"))
            let error = #expect(throws: HarmonizationError.self) {
                try scene.harmonizer().harmonize(scene.painting, with: scene.object, from: checkpoint)
            }
            #expect(error == .unusableCheckpoint, "\(other)")
        }
        let vectors = #""vectors":"#
        for (text, other) in [
            (vectors, vectors + "9"), (vectors, vectors + "-"), (#""stage1":["#, #""none":["#),
            (#""x":["#, #""x":[1,"#),
            (#""best":["#, #""worst":["#), (#""numbers":["#, #""numbers":[],"others":["#),
        ] {
            #expect(
                try error(reading: forged(text, by: other)) == .damaged(path: folder.path("bytes")), "\(other)")
        }
        // Fewer pairs are a worse memory, and no more than that; half of one is none.
        let count = tensors.count { $0.name.hasPrefix("memory.") }
        #expect(count >= 3)
        let half = try error(reading: forged("\(vectors)\(count)", by: "\(vectors)\(count - 1)"))
        #expect(half == .damaged(path: folder.path("bytes")))
        let forgetful: FilePath = try folder.write(forged("\(vectors)\(count)", by: "\(vectors)1"), to: "forged")
        _ = try scene.harmonizer().harmonize(
            scene.painting, with: scene.object, from: HarmonizationCheckpoint(reading: forgetful))
    }
}
