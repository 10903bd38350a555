import Imaging
import NeuralNet
import Testing

@testable import Harmonization

/// What a plan and a result say that looks wrong.
@Suite struct HarmonizationWarningTests {
    private let scene: NoiseScene

    init() throws { scene = try NoiseScene() }

    private func flat(_ value: Float) -> Image {
        let size = scene.painting.size
        return Image(
            width: size.width, height: size.height,
            values: Array(repeating: value, count: scene.painting.values.count))
    }

    /// What is said after the method to the letter with one weight for all losses.
    private func warnings(weight: Double) throws -> [HarmonizationWarning] {
        try scene.harmonizer {
            $0.usesPaperMethod = true
            ($0.contentWeight, $0.styleWeight, $0.histogramWeight, $0.tvWeight) = (weight, weight, weight, weight)
        }.harmonize(scene.painting, with: scene.object).warnings
    }

    @Test func `a plan tells of the painting and of the mask, and so does progress`() throws {
        #expect(try scene.harmonizer().plan(scene.painting, with: scene.object).warnings == [])
        let size = scene.painting.size
        let all = try PlacedObject(
            scene.painting, mask: Mask(width: size.width, height: size.height, repeating: 1), in: size)
        let plan = try scene.harmonizer().plan(flat(0.5), with: all)
        #expect(plan.warnings == [.mask(.coversAll), .flatPainting])
        var planned: [HarmonizationWarning] = []
        _ = try? scene.harmonizer().harmonize(flat(0.5), with: all) {
            if case .planned(let plan) = $0 { planned = plan.warnings }
        } isCancelled: {
            true
        }
        #expect(planned == plan.warnings)
    }

    @Test func `a pass whose loss does not fall, or is not finite, is told`() throws {
        let idle = try warnings(weight: 1e-30)
        #expect(idle.contains(.noProgress(pass: 1, reduction: 1, evaluations: 10, of: 10)))
        #expect(idle.count == 2)
        let isTold = try warnings(weight: 1.79e308).contains {
            if case .nonFiniteLoss(pass: 1, reduction: 1, evaluation: 1...) = $0 { true } else { false }
        }
        #expect(isTold)
    }

    @Test func `an object that cannot be seen is told`() throws {
        let size = scene.painting.size
        let faint = try PlacedObject(
            flat(0.7), mask: Mask(width: size.width, height: size.height, repeating: 0.101), in: size,
            Placement(scale: 0.001))
        let harmonizer = try scene.harmonizer { ($0.usesPaperMethod, $0.iterations) = (true, Iterations(0)) }
        #expect(try harmonizer.harmonize(scene.painting, with: faint).warnings.contains(.unchangedPainting))
    }

    @Test func `an object that has become one colour is told, and a size that was left out`() throws {
        let plan = try scene.harmonizer().plan(scene.painting, with: scene.object)
        let records = plan.steps.filter { $0.reduction == 1 }.map { step in
            PassRecord(
                pass: step.pass, reduction: 1, weights: step.weights, seconds: 1, ended: .iterations,
                evaluations: [2, 1].map { LossRecord(total: $0, content: 0, style: [:], histogram: [:], tv: 0) })
        }
        func warnings(_ picture: Image) -> [HarmonizationWarning] {
            let patch = Overlay(picture, at: Point(x: 0, y: 0))
            let result = HarmonizedPainting(
                painting: scene.painting, stage1Overlay: patch, stage2Overlay: patch, styleLevel: 1, tapScale: [:],
                passes: records, isCancelled: false)
            return HarmonizationWarning.found(in: result, plan, of: scene.object)
        }
        #expect(warnings(flat(0.3)) == [.skippedSize(reduction: 2), .flatObject])
        #expect(warnings(scene.painting) == [.skippedSize(reduction: 2), .unchangedPainting])
    }

    @Test func `errors are in words`() {
        let error = HarmonizationError.otherCheckpoint([.styleLevel, .place])
        #expect("\(error)" == "the checkpoint is of another job: not the same style level, place")
        #expect(
            "\(HarmonizationError.tooLarge(Size(width: 9, height: 8), needed: 2_000_000_000, available: 5_000_000))"
                == "the painting, 9×8, with this object takes about 2.0 GB of memory and there are 5 MB")
    }
}
