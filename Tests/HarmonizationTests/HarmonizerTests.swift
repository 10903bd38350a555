import Foundation
@testable import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct HarmonizerTests {
    /// An object of noise, in a box of a frame of `size`.
    private func placed(_ size: Size, _ columns: Range<Int>, _ rows: Range<Int>) throws -> PlacedObject {
        try PlacedObject(.noise(size, seed: 2), mask: .box(columns, rows, in: size), in: size)
    }

    /// The object in a painting of other noise, harmonized.
    private func harmonized(_ placed: PlacedObject, _ settings: Settings) throws -> HarmonizedPainting {
        try Harmonizer(network: Scene.shared.network, settings: settings)
            .harmonize(.noise(placed.frame, seed: 1), with: placed)
    }

    private func settings(_ iterations: Int) -> Settings {
        var settings = Settings()
        settings.iterations = Iterations(iterations)
        return settings
    }

    @Test func `both losses fall, and outside the blurred mask both pictures are the painting`() throws {
        let size = Size(width: 96, height: 80)
        let painting = Image.noise(size, seed: 1)
        let mask = Mask.box(30..<60, 30..<50, in: size)
        let placed = try PlacedObject(.noise(size, seed: 2), mask: mask, in: size)
        var reported: [Int: Int] = [:]
        var finished: [Int] = []
        let result = try Harmonizer(network: Scene.shared.network, settings: settings(12)).harmonize(
            painting, with: placed
        ) {
            switch $0 {
            case .planned(let plan): #expect(plan.steps.map(\.pass) == [1, 2])
            case .began(let step): #expect(reported[step.pass] == nil)
            case .evaluated(let evaluation):
                reported[evaluation.step.pass] = evaluation.number
                #expect(evaluation.step.evaluations == 12)
            case .finished(let record): finished.append(record.pass)
            case .synthesizing: #expect(finished == [1, 2])
            case .painted: #expect(!finished.isEmpty)
            }
        }
        #expect(finished == [1, 2])
        let blend = mask.blurred(size: 7, sigma: 1.5)
        for (index, stage) in [result.stage1, result.stage2].enumerated() {
            let record = result.passes[index]
            #expect(reported[index + 1] == record.evaluations.count)
            let first = try #require(record.evaluations.first), last = try #require(record.evaluations.last)
            #expect(last.total < 0.9 * first.total)
            var changed = 0
            for i in blend.values.indices {
                let same = (3 * i..<3 * i + 3).allSatisfy { stage.values[$0] == painting.values[$0] }
                if blend.values[i] == 0 { #expect(same) } else if !same { changed += 1 }
            }
            #expect(changed > 500)
        }
    }

    @Test func `with no iterations each of the paper's passes evaluates once, at the composite`() throws {
        let size = Size(width: 64, height: 64)
        let painting = Image.noise(size, seed: 1)
        let placed = try placed(size, 20..<40, 20..<40)
        var settings = settings(0)
        settings.usesPaperMethod = true
        let result = try harmonized(placed, settings)
        let composition = try Composition(painting: painting, object: placed, reach: VGG16.builtIn.reach)
        #expect(result.passes.map(\.evaluations.count) == [1, 1])
        #expect(result.passes.allSatisfy { $0.evaluations[0].content == 0 })
        #expect(result.stage1Overlay == composition.overlay(composition.composite))
        #expect(result.stage2 == result.stage1)
    }

    @Test(arguments: [
        ("a dot", 40..<41, 30..<31), ("a line across", 0..<96, 40..<41), ("a line down", 50..<51, 0..<80),
        ("a corner pixel", 95..<96, 79..<80), ("everything", 0..<96, 0..<80),
    ])
    func `objects of any shape work`(name: String, columns: Range<Int>, rows: Range<Int>) throws {
        let size = Size(width: 96, height: 80)
        let placed = try placed(size, columns, rows)
        let result = try harmonized(placed, settings(3))
        #expect(result.stage2.values.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
        #expect(result.passes.allSatisfy { $0.evaluations.allSatisfy { $0.total.isFinite } })
    }

    @Test(arguments: [Size(width: 16, height: 16), Size(width: 17, height: 95), Size(width: 131, height: 16)])
    func `small paintings work`(size: Size) throws {
        let placed = try placed(size, 4..<9, 5..<10)
        let result = try harmonized(placed, settings(3))
        #expect(result.stage2.values.allSatisfy { $0.isFinite })
    }

    @Test func `what cannot be harmonized is refused`() throws {
        let harmonizer = try Harmonizer(network: Scene.shared.network, settings: settings(1))
        func refusal(_ painting: Image, _ placed: PlacedObject) -> HarmonizationError? {
            #expect(throws: HarmonizationError.self) { try harmonizer.harmonize(painting, with: placed) }
        }
        let small = Size(width: 40, height: 15), size = Size(width: 40, height: 40)
        let tiny = try PlacedObject(.noise(small, seed: 1), mask: .box(1..<9, 1..<9, in: small), in: small)
        #expect(refusal(.noise(small, seed: 1), tiny) == .paintingTooSmall(small, smallest: 16))
        #expect(refusal(.noise(size, seed: 1), tiny) == .placedSize(small, painting: size))
        let faint = try PlacedObject(
            .noise(size, seed: 1), mask: Mask(width: 40, height: 40, repeating: 0.05), in: size)
        #expect(refusal(.noise(size, seed: 1), faint) == .faintMask(largest: 0.05))
    }

    @Test func `a network that sees nothing is refused, naming the tap`() throws {
        let weights = try Weights(importing: Scene.path("network.safetensors"))
        let dead = weights.layers.map { layer in
            layer.name == "conv3_1"
                ? ConvolutionWeights(
                    name: layer.name, shape: layer.shape, weights: layer.weights.map { _ in 0 },
                    bias: layer.bias.map { _ in -1 }) : layer
        }
        let size = Size(width: 40, height: 40)
        let placed = try PlacedObject(.noise(size, seed: 1), mask: .box(4..<9, 5..<10, in: size), in: size)
        let error = #expect(throws: HarmonizationError.self) {
            try Harmonizer(network: VGG16(Weights(layers: dead))).harmonize(.noise(size, seed: 1), with: placed)
        }
        #expect(error == .deadTap(.relu3_1))
    }

    @Test func `a style level sets the weights, and raw weights replace them`() {
        var settings = Settings()
        let style: Double = 3 * pow(10, 3.35).squareRoot()
        #expect(settings.pass1Weights(level: 10).style.rounded() == style.rounded())
        let bold = settings.pass2Weights(of: Hand(level: 10, detail: 0.5))
        let mild = settings.pass2Weights(of: Hand(level: 4, detail: 0.5))
        let fine = settings.pass2Weights(of: Hand(level: 4, detail: 1))
        #expect(bold.style > mild.style && bold.content < mild.content && mild.content < fine.content)
        for weights in [bold, mild, fine] { #expect(weights.matched > 0 && weights.histogram == 0 && weights.tv == 0) }
        (settings.contentWeight, settings.styleWeight) = (2, 3)
        (settings.histogramWeight, settings.tvWeight) = (4, 5)
        let given = settings.pass2Weights(of: Hand(level: 10, detail: 0.5))
        #expect(given.content == 2 && given.style == 3 && given.histogram == 0 && given.tv == 0)
        #expect(
            settings.pass2Weights(level: 10, smoothness: 0.5) == LossWeights(content: 2, style: 3, histogram: 4, tv: 5))
        for usesPaperMethod in [false, true] {
            settings.usesPaperMethod = usesPaperMethod
            #expect(settings.pass1Weights(level: 10) == LossWeights(content: 2, style: 3, histogram: 0, tv: 0))
        }
    }

    @Test func `detail raises content, style and what is restored, without a step`() {
        let details = stride(from: 0, through: 1, by: 0.001)
        for level in [1, 2.6, 5.8, 10] {
            let hands = details.map { Hand(level: level, detail: $0) }
            for (before, after) in zip(hands, hands.dropFirst()) {
                #expect((0..<0.04).contains(after.weights.content - before.weights.content))
                #expect((0..<0.04).contains(after.weights.style - before.weights.style))
                #expect((-1e-12..<0.002).contains(after.restoredByDetail - before.restoredByDetail))
                #expect(after.weights.matched == before.weights.matched)
            }
            let (usual, full) = (Hand(level: level, detail: 0.5), Hand(level: level, detail: 1))
            #expect(full.weights.content > 2 * usual.weights.content)
            #expect(abs(full.weights.style / usual.weights.style - 3.4) < 1e-9)
            #expect(usual.restoredByDetail == 0 && full.restoredByDetail == 0.25)
        }
    }

    @Test func `the detail restored has no step between levels, and is least where strokes begin`() {
        let shares = stride(from: 1, through: 10, by: 0.01).map { Hand(level: $0, detail: 0.5).restoredShare }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { abs($0 - $1) < 0.001 })
        #expect(abs(Hand(level: 5.8, detail: 0.5).restoredShare - 0.69) < 1e-9)
        #expect(abs((shares.min() ?? 0) - Hand(level: Hand.strokesFrom, detail: 0.5).restoredShare) < 1e-9)
    }

    @Test func `the faithful method has the paper's weights`() {
        let settings = Settings.faithful
        #expect(
            settings.pass2Weights(level: 10, smoothness: 0) == LossWeights(content: 1, style: 40, histogram: 4, tv: 0))
        #expect(
            settings.pass2Weights(level: 10, smoothness: 1) == LossWeights(content: 1, style: 40, histogram: 2, tv: 4))
        #expect(settings.pass1Weights(level: 10) == LossWeights(content: 1, style: 20, histogram: 0, tv: 0))
    }

    @Test func `a painting over 400 pixels is worked on at half its size first, unless the method is the faithful one`()
        throws
    {
        let size = Size(width: 408, height: 64)
        let placed = try placed(size, 101..<140, 20..<41)
        var settings = settings(10)
        let result = try harmonized(placed, settings)
        #expect(result.passes.map(\.reduction) == [2, 1, 1])
        #expect(result.passes.map(\.pass) == [1, 1, 2])
        #expect(result.passes.map(\.evaluations.count) == [3, 10, 10])
        // The faithful method starts at the composite, the other at what it did before.
        settings.usesPaperMethod = true
        let plain = try harmonized(placed, settings)
        #expect(plain.passes.map(\.reduction) == [1, 1])
        #expect(plain.passes[0].evaluations[0].content == 0 && result.passes[1].evaluations[0].content > 0)
    }

    @Test func `without iterations no pass runs, and stage 2 is synthesized all the same`() throws {
        let size = Size(width: 96, height: 80)
        let placed = try placed(size, 30..<60, 30..<50)
        let result = try harmonized(placed, settings(0))
        let composition = try Composition(
            painting: .noise(size, seed: 1), object: placed.matchingColors(of: .noise(size, seed: 1), by: 0.5),
            reach: VGG16.builtIn.reach)
        #expect(result.passes.isEmpty && !result.isCancelled)
        #expect(result.stage1Overlay == composition.overlay(composition.composite))
        #expect(result.stage2 != result.stage1)
    }

    @Test func `detail, style region, own colours and their absence change stage 2 as they say`() throws {
        let size = Size(width: 96, height: 80)
        let placed = try placed(size, 30..<60, 30..<50)
        var settings = settings(4)
        func result() throws -> HarmonizedPainting { try harmonized(placed, settings) }
        let plain = try result()
        settings.detail = 1
        let detailed = try result()
        #expect(detailed.stage1 == plain.stage1 && detailed.stage2 != plain.stage2)
        settings.styleRegion = Region(columns: 0..<30, rows: 0..<80)
        let learnt = try result()
        #expect(learnt.stage1 != detailed.stage1 && learnt.stage2 != detailed.stage2)
        settings.styleRegion = .whole(of: size)
        #expect(try result().stage2 == detailed.stage2)
        settings.usesPaperMethod = true
        let faithful = try result()
        (settings.detail, settings.styleRegion) = (0.5, nil)
        #expect(try result().stage2 == faithful.stage2)
        settings.usesPaperMethod = false
        settings.styleRegion = Region(columns: 80..<97, rows: 0..<80)
        #expect(throws: HarmonizationError.self) { try result() }
        settings.styleRegion = nil

        (settings.usesPaperMethod, settings.keepsColors) = (false, true)
        let kept = try result().stage2
        let own = LabImage(kept), object = LabImage(.noise(size, seed: 2))
        var compared = 0
        for y in 36..<44 {
            for x in 36..<54 {
                // What no screen can show is cut off, and with it some of the colour.
                let color = kept[x, y], i = y * size.width + x
                guard color.min() > 1e-4, color.max() < 1 - 1e-4 else { continue }
                compared += 1
                #expect(abs(own.a[i] - object.a[i]) < 0.01 && abs(own.b[i] - object.b[i]) < 0.01)
            }
        }
        #expect(compared > 10)
    }

    @Test(arguments: [false, true]) func `a random network of VGG16's shape gives finite pixels in 0…1`(faithful: Bool)
        throws
    {
        let size = Size(width: 420, height: 72)
        let placed = try placed(size, 150..<190, 20..<50)
        for level in [StyleLevel.realist, .impressionist, .expressionist, .auto] {
            var settings = settings(10)
            (settings.styleLevel, settings.usesPaperMethod) = (level, faithful)
            let result = try harmonized(placed, settings)
            for stage in [result.stage1, result.stage2] {
                #expect(stage.values.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
            }
            #expect(result.passes.allSatisfy { $0.ended != .nonFinite })
        }
    }
}
