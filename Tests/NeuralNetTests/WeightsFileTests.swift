import Files
import Foundation
import NeuralNet
import TestSupport
import Testing

@Suite("Weights: files")
struct WeightsFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("reading what was written gives the same weights, and nothing else is left in the folder")
    func roundTrip() throws {
        let weights = try WeightsFixture.weights(13)
        let path: FilePath = folder.path("a network.bin")
        try weights.write(to: path)
        try weights.write(to: path)
        #expect(try Weights.read(path) == weights)
        #expect(try folder.names == ["a network.bin"])
    }

    @Test("a dump of the 13 convolutions is known by its size")
    func convolutionsOnly() throws {
        // conv1_1 ends with its bias at float 64·27 + 64, where conv1_2's weight begins.
        let path = try dump(size: 58_858_752, values: [0: 0.25, 1_791: -3, 1_792: 7, 14_714_687: 1.5])
        let weights = try Weights.read(path)
        #expect(weights.channels == [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512])
        #expect(weights.parameterCount == 14_714_688)
        #expect(weights.pooling == .max)
        #expect(weights.mean == Weights.imageNetMean && weights.std == Weights.imageNetStd)
        #expect(weights.layers[0].weights[0] == 0.25)
        #expect(weights.layers[0].bias[63] == -3)
        #expect(weights.layers[1].weights[0] == 7)
        #expect(weights.layers[12].bias[511] == 1.5)
        #expect(weights.layers.reduce(0) { $0 + ($1.weights + $1.bias).count { $0 != 0 } } == 4)
    }

    @Test("of a dump of all of VGG16 the convolutions are read")
    func wholeNetwork() throws {
        let path = try dump(size: 553_430_176, values: [14_714_687: 1.5, 14_714_688: .nan])
        let weights = try Weights.read(path)
        #expect(weights.parameterCount == 14_714_688)
        #expect(weights.layers[12].bias[511] == 1.5)
    }

    @Test("a dump with NaN in it names the layer")
    func dumpNotFinite() throws {
        let path = try dump(size: 58_858_752, values: [1_792: .nan])
        #expect(throws: WeightsError.notFinite(path: path, layer: "conv1_2")) { try Weights.read(path) }
    }

    @Test("a file of another size is of no known format", arguments: [0, 7, 58_858_751, 58_858_753, 553_430_172])
    func unknownFormat(size: Int) throws {
        let path = try dump(size: size, values: [:])
        #expect(throws: WeightsError.unknownFormat(path: path, byteCount: size)) { try Weights.read(path) }
    }

    @Test("a safetensors file asks to be imported")
    func notImported() throws {
        var writer = SafeTensorsWriter()
        writer.add("features.0.bias", shape: [1], [1])
        let path: FilePath = try folder.write(writer.bytes, to: "network.safetensors")
        #expect(throws: WeightsError.notImported(path: path)) { try Weights.read(path) }
    }

    @Test("a damaged file is named")
    func damaged() throws {
        var bytes = try WeightsFixture.weights().encoded()
        bytes[bytes.count - 1] ^= 1
        let path: FilePath = try folder.write(bytes, to: "damaged.bin")
        #expect(throws: WeightsError.checksum(path: path)) { try Weights.read(path) }
        let cut: FilePath = try folder.write(bytes.dropLast(100), to: "cut.bin")
        #expect(throws: WeightsError.truncated(path: cut, expected: bytes.count, actual: bytes.count - 100)) {
            try Weights.read(cut)
        }
    }

    @Test("a file that is not there is missing, a folder unreadable")
    func missing() throws {
        let path: FilePath = folder.path("nothing.bin")
        #expect(throws: WeightsError.file(.missing(path: path))) { try Weights.read(path) }
        #expect(throws: WeightsError.file(.missing(path: path))) { try Weights(importing: path) }
        let folderPath: FilePath = folder.path("")
        #expect(throws: WeightsError.file(.unreadable(path: folderPath, reason: "Is a directory"))) {
            try Weights.read(folderPath)
        }
    }

    @Test("a file that cannot be written leaves nothing behind")
    func cannotWrite() throws {
        let path: FilePath = folder.path("nowhere/network.bin")
        #expect(throws: WeightsError.file(.cannotWrite(path: path, reason: "No such file or directory"))) {
            try WeightsFixture.weights().write(to: path)
        }
        #expect(try folder.names.isEmpty)
    }

    @Test("a pipe is not replaced by a file, not through a link either")
    func pipe() throws {
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pipe)
        for path in [FilePath(pipe), FilePath(link)] {
            #expect(throws: WeightsError.file(.cannotWrite(path: path, reason: "Not a regular file"))) {
                try WeightsFixture.weights().write(to: path)
            }
        }
    }

    /// A sparse file of zeros with some floats set, keyed by their index.
    private func dump(size: Int, values: [Int: Float]) throws -> FilePath {
        let path = try folder.write([], to: "dump.bin")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.truncate(atOffset: UInt64(size))
        for (index, value) in values {
            try file.seek(toOffset: UInt64(4 * index))
            try file.write(contentsOf: Data([value].littleEndianBytes))
        }
        return FilePath(path)
    }
}
