import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// Values that no picture has, and networks that see nothing, end in a reason or in a result.
@Suite struct NumbersTests {
    private let size = Size(width: 64, height: 48)

    private func settings(_ iterations: Int) -> Settings {
        var settings = Settings()
        settings.iterations = Iterations(iterations)
        return settings
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1.001, -0.001, .greatestFiniteMagnitude])
    func `a painting with a value that is none is refused, naming it`(value: Float) throws {
        var painting = Image.noise(size, seed: 1)
        painting.values[1234] = value
        let placed = try PlacedObject(
            .noise(size, seed: 2), mask: Mask(width: 64, height: 48, repeating: 1), in: size)
        for refusal in [
            #expect(throws: HarmonizationError.self) { try Harmonizer().harmonize(painting, with: placed) },
            #expect(throws: HarmonizationError.self) { try Harmonizer().plan(painting, with: placed) },
        ] {
            guard case .paintingValue(let found) = refusal else {
                Issue.record("refused for \(String(describing: refusal))")
                continue
            }
            #expect(found.bitPattern == value.bitPattern)
        }
    }

    @Test(arguments: [1, 0.7, 1.9])
    func `values that an object or a mask cannot have are clamped when it is placed`(scale: Double) throws {
        var object = Image.noise(size, seed: 2), mask = Mask(width: 64, height: 48, repeating: 1)
        for (i, value) in [Float.nan, .infinity, -.infinity, 1e30, -1e30, .signalingNaN].enumerated() {
            object.values[4000 + 50 * i] = value
            mask.values[900 + 50 * i] = value
        }
        let placed = try PlacedObject(object, mask: mask, in: size, Placement(scale: scale))
        #expect(placed.image.values.allSatisfy { (0...1).contains($0) })
        #expect(placed.mask.values.allSatisfy { (0...1).contains($0) })
        let result = try Harmonizer(settings: settings(2)).harmonize(.noise(size, seed: 1), with: placed)
        #expect(result.stage2.values.allSatisfy { (0...1).contains($0) })
    }

    @Test func `a size at which the network sees nothing is left out`() throws {
        // The first convolution sees how a pixel differs from those around it; halved, a chequered painting is grey.
        let layers = VGG16.builtIn.layers.compactMap { layer -> String? in
            if case .convolution(let name, _) = layer { name } else { nil }
        }.map { name in
            let inputs = name == "conv1_1" ? 3 : 1
            let kernel: [Float] =
                name == "conv1_1" ? (0..<9).map { $0 == 4 ? 1 : -0.125 } : Array(repeating: 0.2, count: 9)
            return ConvolutionWeights(
                name: name, shape: .init(out: 1, in: inputs),
                weights: Array(repeating: kernel, count: inputs).flatMap(\.self), bias: [name == "conv1_1" ? -0.5 : 0])
        }
        let frame = Size(width: 408, height: 64)
        var painting = Image(width: 408, height: 64, values: Array(repeating: 0, count: 3 * 408 * 64))
        for y in 0..<64 { for x in 0..<408 where (x + y) % 2 == 0 { painting[x, y] = .one } }
        let object = Size(width: 40, height: 30)
        let placed = try PlacedObject(
            .noise(object, seed: 2), mask: Mask(width: 40, height: 30, repeating: 1), in: frame)
        let harmonizer = try Harmonizer(network: VGG16(try Weights(layers: layers)), settings: settings(10))
        #expect(try harmonizer.plan(painting, with: placed).steps.map(\.reduction) == [2, 1, 1])
        let result = try harmonizer.harmonize(painting, with: placed)
        #expect(result.passes.map(\.reduction) == [1, 1])
        #expect(result.stage2.values.allSatisfy { (0...1).contains($0) })
    }

    @Test func `no number of iterations or threads is too large`() throws {
        let placed = try PlacedObject(
            .noise(size, seed: 2), mask: Mask(width: 64, height: 48, repeating: 1), in: size)
        var settings = settings(.max)
        settings.threads = .max
        let harmonizer = try Harmonizer(settings: settings)
        #expect(
            try harmonizer.plan(.noise(size, seed: 1), with: placed).steps.map(\.evaluations).reduce(0) { $0 &+ $1 / 2 }
                >= .max / 2)
        settings.iterations = Iterations(2)
        let result = try Harmonizer(settings: settings).harmonize(.noise(size, seed: 1), with: placed)
        #expect(result.passes.map(\.evaluations.count) == result.passes.map { _ in 2 })
    }
}
