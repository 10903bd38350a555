import Foundation
import TestSupport
import Testing

@Suite struct CorpusTests {
    @Test(.timeLimit(.minutes(60)), arguments: Reader.all.map(\.name))
    func `every input is read or refused, and soon`(name: String) throws {
        let reader = try #require(Reader.all.first { $0.name == name })
        let inputs = try Corpus.inputs(of: reader)
        #expect(!inputs.isEmpty)
        for (file, bytes) in inputs {
            let seconds = processorSeconds {
                if case .failed(let error) = reader.outcome(of: bytes) {
                    Issue.record("\(name)/\(file): \(error)")
                }
            }
            #expect(seconds < 2, "\(name)/\(file)")
        }
    }

    @Test(arguments: Reader.all.map(\.name).filter { $0 != Reader.headerlessDump.name })
    func `inputs to begin with are sound, and repairing them changes nothing`(name: String) throws {
        let reader = try #require(Reader.all.first { $0.name == name })
        let sound = try Corpus.inputs(of: reader).filter { $0.file.hasPrefix("sound-") }
        #expect(!sound.isEmpty)
        for (file, bytes) in sound {
            #expect(throws: Never.self, "\(name)/\(file)") { try reader.read(bytes) }
            #expect(reader.repair(bytes) == bytes, "\(name)/\(file)")
        }
    }

    @Test(arguments: [Reader.png.name, Reader.rawWeights.name])
    func `a repaired checksum holds`(name: String) throws {
        let reader = try #require(Reader.all.first { $0.name == name })
        let sound = try #require(try Corpus.inputs(of: reader).first { $0.file.hasPrefix("sound-") })
        var damaged = sound.bytes
        damaged[damaged.count - 1] ^= 1
        guard case .refused = reader.outcome(of: damaged) else {
            Issue.record("\(sound.file) is read with a wrong checksum")
            return
        }
        #expect(reader.repair(damaged) == sound.bytes)
    }

    @Test(.enabled(if: Fuzzer.reader != nil, "Tests/soak.sh does this"))
    func `fuzzing`() throws {
        try Fuzzer.run(try #require(Fuzzer.reader))
    }
}

/// The files that readers are tried with: `sound-…` to begin with, and what has been found with these.
private enum Corpus {
    static func inputs(of reader: Reader) throws -> [(file: String, bytes: [UInt8])] {
        let folder = try #require(
            Bundle.module.url(forResource: reader.name, withExtension: nil, subdirectory: "Corpus"))
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
    }
}
