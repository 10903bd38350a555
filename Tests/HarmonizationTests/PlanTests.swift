import Foundation
import Harmonization
import Imaging
import NeuralNet
import Synchronization
import Tensors
import TestSupport
import Testing

/// What is known before the work, what it looks like while it goes on, and what becomes of it when it is cut short.
@Suite(.timeLimit(.minutes(60))) struct PlanTests {
    private let scene: NoiseScene
    private var painting: Image { scene.painting }
    private var object: PlacedObject { scene.object }

    init() throws { scene = try NoiseScene() }

    private func harmonizer(_ change: (inout Settings) -> Void = { _ in }) throws -> Harmonizer {
        try scene.harmonizer(change)
    }

    @Test func `a plan says what is then done`() throws {
        let harmonizer = try harmonizer()
        let plan = try harmonizer.plan(painting, with: object)
        var planned: [HarmonizationPlan] = [], began: [HarmonizationPlan.Step] = [], numbers: [[Int]] = []
        let result = try harmonizer.harmonize(painting, with: object) {
            switch $0 {
            case .planned(let plan): planned.append(plan)
            case .began(let step):
                began.append(step)
                numbers.append([])
            case .evaluated(let evaluation): numbers[numbers.count - 1].append(evaluation.number)
            case .finished, .synthesizing, .painted: break
            }
        }
        #expect(planned == [plan])
        #expect(began == plan.steps)
        #expect(plan.steps.map(\.evaluations) == [3, 10, 20])
        #expect(plan.steps.map(\.reduction) == [2, 1, 1])
        #expect(plan.steps.map(\.painting.width) == [204, 408, 408])
        #expect(numbers == plan.steps.map { Array(1...$0.evaluations) })
        #expect(result.passes.map(\.weights) == plan.steps.map(\.weights))
        #expect(result.styleLevel == plan.styleLevel && !result.isCancelled)
    }

    @Test(arguments: [(400, [1]), (401, [2, 1]), (801, [2, 1]), (802, [4, 2, 1])])
    func `a painting is worked at at smaller sizes until its long side is at most 400`(side: Int, reductions: [Int])
        throws
    {
        let painting = Image.noise(Size(width: 64, height: side), seed: 1)
        let object = try PlacedObject(painting, mask: Mask(width: 64, height: side, repeating: 1), in: painting.size)
        let plan = try harmonizer().plan(painting, with: object)
        #expect(plan.steps.map(\.reduction) == reductions + [1])
        #expect(try harmonizer { $0.usesPaperMethod = true }.plan(painting, with: object).steps.count == 2)
    }

    @Test func `progress goes from near 0 to near 1 and never back`() throws {
        let plan = try harmonizer { $0.iterations = Iterations(200) }.plan(
            painting, with: object)
        let parts = plan.steps.indices.flatMap { index in
            (0...plan.steps[index].evaluations).map { plan.progress(step: index, evaluations: $0) }
        }
        #expect(parts == parts.sorted())
        // The rest is the syntheses, which are much of the work with so small a network.
        #expect(parts[0] > 0 && parts[0] < 0.2 && parts[parts.count - 1] > 0.5 && parts[parts.count - 1] <= 1)
    }

    @Test func `the time is the set-up's and as much again for each evaluation, divided by the speed`() throws {
        // Any two speeds: the networks' layers do not come up to their multiplications alike.
        let speeds = [Scene.shared.network, .builtIn].map { WorkSpeed(measuring: $0) }
        func work(_ pass1: Int, _ pass2: Int) throws -> Double {
            let iterations = Iterations(pass1: pass1, pass2: pass2)
            let plan = try harmonizer { ($0.iterations, $0.usesPaperMethod) = (iterations, true) }
                .plan(painting, with: object)
            let work = speeds.map { plan.seconds(speed: $0) * $0.factor }
            #expect(abs(work[0] / work[1] - 1) < 1e-12)
            return work[0]
        }
        let one = try work(1, 1), first = try work(2, 1) - one, second = try work(1, 2) - one
        // Pass 1 goes through the network to its end, pass 2 not so far.
        #expect(one > first + second && first > second && second > 0)
        #expect(abs(try work(101, 201) - (one + 100 * first + 200 * second)) < 1e-9 * one)
    }

    @Test func `an evaluation's time grows with the pixels and with the network's multiplications`() throws {
        let size = Size(width: 400, height: 300)
        func evaluation(_ network: VGG16, side: Int) throws -> Double {
            var settings = Settings()
            settings.usesPaperMethod = true
            func work(_ iterations: Int) throws -> Double {
                settings.iterations = Iterations(pass1: iterations, pass2: 1)
                let object = try PlacedObject(
                    .noise(Size(width: side, height: side), seed: 2),
                    mask: Mask(width: side, height: side, repeating: 1), in: size)
                return try Harmonizer(network: network, settings: settings).plan(.noise(size, seed: 1), with: object)
                    .seconds(speed: speed) * speed.factor
            }
            return try work(2) - work(1)
        }
        let speed = WorkSpeed(measuring: Scene.shared.network)
        let small = try evaluation(.builtIn, side: 60), large = try evaluation(.builtIn, side: 120)
        // Four times the pixels, less for what is looked at around them.
        #expect((2..<4).contains(large / small), "\(large / small)")
        let thin = try evaluation(Scene.shared.network, side: 60)
        #expect(thin < small)
    }

    @Test func `work that does not fit in memory is refused before it begins`() throws {
        let needed = try harmonizer().plan(painting, with: object).memory
        let error = #expect(throws: HarmonizationError.self) {
            try harmonizer { $0.memoryLimit = needed - 1 }.harmonize(painting, with: object) { _ in
                Issue.record("it began")
            }
        }
        #expect(error == .tooLarge(painting.size, needed: needed, available: needed - 1))
        #expect(throws: Never.self) { try harmonizer { $0.memoryLimit = needed }.harmonize(painting, with: object) }
    }

    #if os(Linux)
        @Test func `memory counts as used while it is held, and as the peak from then on`() {
            let before = SystemMemory.used, bytes = 400_000_000
            let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
            block.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
            let held = SystemMemory.used
            #expect(SystemMemory.available >= held - bytes / 4)
            block.deallocate()
            let after = SystemMemory.used
            // Other tests take and give back some meanwhile.
            #expect(held - before > bytes / 2 && held - after > bytes / 2)
            #expect(SystemMemory.peak >= held - bytes / 4)
        }
    #endif

    @Test(arguments: [204, 300, 407]) func `a largest side leaves out the sizes above it`(side: Int) throws {
        let harmonizer = try harmonizer { $0.largestSide = side }
        let plan = try harmonizer.plan(painting, with: object)
        #expect(plan.steps.map(\.reduction) == [2, 2])
        #expect(plan.steps.map(\.evaluations) == [10, 20])
        let result = try harmonizer.harmonize(painting, with: object)
        #expect(result.stage2.size == painting.size)
        // What the smaller size changed arrives at full size, inside the same patch.
        let composition = try Composition(painting: painting, object: object, reach: VGG16.builtIn.reach)
        let pasted = composition.overlay(composition.composite)
        for patch in [result.stage1Overlay, result.stage2Overlay] {
            #expect(patch.origin == pasted.origin && patch.image.size == pasted.image.size)
            #expect(patch.image != pasted.image)
        }
        #expect(result.stage1Overlay != result.stage2Overlay)
    }

    @Test func `the largest side that the painting has anyway changes nothing`() throws {
        let plain = try harmonizer().harmonize(painting, with: object)
        let limited = try harmonizer { $0.largestSide = 408 }.harmonize(painting, with: object)
        #expect(plain.stage2Overlay == limited.stage2Overlay)
    }

    @Test func `a preview is the painting with the object as it is at that evaluation`() throws {
        var previews: [Overlay] = []
        let harmonizer = try harmonizer { ($0.iterations, $0.usesPaperMethod) = (Iterations(2), true) }
        let result = try harmonizer.harmonize(painting, with: object) {
            if case .evaluated(let evaluation) = $0 { previews.append(evaluation.preview) }
        }
        // Two evaluations of each pass; the second is the better one.
        #expect(previews.count == 4)
        #expect(previews[1] == result.stage1Overlay && previews[3] == result.stage2Overlay)
        #expect(previews[0] != previews[1])
    }

    /// Cancels after so many evaluations.
    private func cancelled(after count: Int) throws -> (result: HarmonizedPainting, evaluations: Int) {
        let evaluations = Mutex(0)
        let result = try harmonizer().harmonize(painting, with: object) {
            if case .evaluated = $0 { evaluations.withLock { $0 += 1 } }
        } isCancelled: {
            evaluations.withLock { $0 >= count }
        }
        return (result, evaluations.withLock(\.self))
    }

    @Test func `work that is cancelled gives the best so far`() throws {
        let pasted = try harmonizer { $0.iterations = Iterations(0) }.harmonize(painting, with: object)
        let whole = try harmonizer().harmonize(painting, with: object)
        // 3 evaluations at half the size, 10 and 20 at full size.
        for count in [1, 2, 3, 5, 9, 12, 19, 25] {
            let (result, evaluations) = try cancelled(after: count)
            #expect(evaluations == count)
            #expect(result.isCancelled)
            #expect(result.passes.map(\.evaluations.count).reduce(0, +) == count)
            if count > 1 { #expect(result.stage2Overlay != pasted.stage2Overlay) }
            // Up to the end of a pass, the pass is that of the whole work.
            for (part, all) in zip(result.passes, whole.passes) {
                #expect(part.evaluations == Array(all.evaluations.prefix(part.evaluations.count)))
            }
            if count > 13 { #expect(result.stage1Overlay == whole.stage1Overlay) }
        }
    }

    @Test func `the pictures between the passes are reported, and work can be cancelled there`() throws {
        let whole = try harmonizer().harmonize(painting, with: object)
        var steps: [HarmonizationProgress.Painting.Step] = [], previews: [Overlay] = []
        let isLate = Mutex(false)
        let result = try harmonizer().harmonize(painting, with: object) {
            if case .painted(let painted) = $0 {
                steps.append(painted.step)
                previews.append(painted.preview)
            }
            if case .synthesizing = $0 { isLate.withLock { $0 = true } }
        } isCancelled: {
            isLate.withLock(\.self)
        }
        #expect(steps == [.guide, .firstSynthesis, .lastSynthesis(painting.size)])
        #expect(Set(previews.map(\.origin)).count == 1 && previews[0] != previews[1] && previews[1] != previews[2])
        #expect(result.isCancelled && result.passes.map(\.evaluations) == whole.passes.map(\.evaluations))
        #expect(result.stage1Overlay == whole.stage1Overlay)
        #expect(result.stage2Overlay == previews[2] && result.stage2Overlay != whole.stage2Overlay)
    }

    @Test func `work that is cancelled before the first evaluation is an error`() {
        let error = #expect(throws: HarmonizationError.self) { try cancelled(after: 0) }
        #expect(error == .cancelled)
    }

    @Test func `cancelling its task cancels the work`() async throws {
        let (harmonizer, painting, object) = (
            try harmonizer { $0.iterations = Iterations(pass1: 0, pass2: 1_000_000) }, painting, object
        )
        let task = Task {
            try harmonizer.harmonize(painting, with: object) {
                if case .evaluated(let evaluation) = $0, evaluation.step.pass == 2 {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        #expect(try await task.value.isCancelled)
    }
}
