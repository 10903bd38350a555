import Dispatch
import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// The same job gives the same picture, to the bit: L-BFGS makes another one of the smallest difference.
@Suite struct DeterminismTests {
    /// A job at two sizes, with every loss in it.
    private static func result(_ network: VGG16, threads: Int? = nil) throws -> HarmonizedPainting {
        let frame = Size(width: 420, height: 130), extent = Size(width: 61, height: 47)
        var mask = Mask(width: extent.width, height: extent.height, repeating: 0)
        for y in 3..<44 { for x in 2..<58 { mask[x, y] = (x + y) % 7 == 0 ? 0.5 : 1 } }
        let placed = try PlacedObject(
            .noise(extent, seed: 2), mask: mask, in: frame, Placement(at: .init(x: 201, y: 37), scale: 1.1))
        var settings = Settings()
        settings.iterations = Iterations(14)
        settings.tvWeight = 1
        settings.threads = threads
        return try Harmonizer(network: network, settings: settings).harmonize(.noise(frame, seed: 1), with: placed)
    }

    /// Expects the same pictures and losses, to the bit.
    private static func expectSame(
        _ a: HarmonizedPainting, _ b: HarmonizedPainting, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            a.stage1Overlay == b.stage1Overlay && a.stage2Overlay == b.stage2Overlay, sourceLocation: sourceLocation)
        #expect(a.passes.map(\.evaluations) == b.passes.map(\.evaluations), sourceLocation: sourceLocation)
        #expect(a.tapScale == b.tapScale, sourceLocation: sourceLocation)
    }

    /// Channels that convolutions take in each of their ways: few, not of 16, and so many that the kernel is read once.
    private static let networks: [String: VGG16] = {
        func random(_ channels: [Int]) -> VGG16 {
            var (inputs, block) = (3, 0)
            var generator = SeededGenerator(seed: 9)
            var layers: [ConvolutionWeights] = []
            for layer in VGG16.builtIn.layers {
                guard case .convolution(let name, _) = layer else {
                    block += 1
                    continue
                }
                let bound = (6 / Float(9 * inputs)).squareRoot()
                layers.append(
                    ConvolutionWeights(
                        name: name, shape: .init(out: channels[block], in: inputs),
                        weights: (0..<9 * inputs * channels[block]).map { _ in
                            Float.random(in: -bound...bound, using: &generator)
                        },
                        bias: Array(repeating: 0.01, count: channels[block])))
                inputs = channels[block]
            }
            do { return VGG16(try Weights(layers: layers)) } catch { fatalError("\(error)") }
        }
        return ["built-in": .builtIn, "odd": random([5, 7, 13, 20, 3]), "wide": random([16, 16, 32, 256, 256])]
    }()

    @Test(arguments: ["built-in", "odd", "wide"])
    func `the number of threads changes no bit`(name: String) throws {
        let network = try #require(Self.networks[name])
        let expected = try Self.result(network)
        for threads in [1, 2, 3, 7] { Self.expectSame(try Self.result(network, threads: threads), expected) }
    }

    private static let baseline = networks.mapValues { network in
        Instructions.$most.withValue(.baseline) { Swift.Result { try result(network) } }
    }

    @Test(arguments: ["built-in", "odd", "wide"], [Instructions.avx2, .avx512])
    func `the instructions change no bit`(name: String, instructions: Instructions) throws {
        if !instructions.isAvailable { try Test.cancel("skipped: this processor lacks \(instructions)") }
        let network = try #require(Self.networks[name])
        let result = try Instructions.$most.withValue(instructions) { try Self.result(network) }
        Self.expectSame(result, try #require(Self.baseline[name]).get())
    }

    @Test func `jobs at the same time give the bits of one alone`() throws {
        let alone = try Self.result(.builtIn)
        let results = (0..<4).map { _ in Result() }
        // They take the threads of one another, and tensors from one pool.
        DispatchQueue.concurrentPerform(iterations: results.count) { i in
            results[i].value = try? Self.result(.builtIn, threads: i + 1)
        }
        for result in results { Self.expectSame(try #require(result.value), alone) }
    }

    /// What one of several jobs gave; written by one thread, and read after its end.
    private final class Result: @unchecked Sendable {
        var value: HarmonizedPainting?
    }
}
