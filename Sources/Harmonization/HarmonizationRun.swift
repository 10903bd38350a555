internal import Compute
internal import Imaging
internal import NeuralNet
internal import Synchronization
internal import Synthesis
internal import Tensors

/// Runs the passes of a ``Schedule``, smallest size first, and accumulates their results in a ``RunState``.
struct HarmonizationRun {
    /// The results so far.
    private(set) var state: RunState

    private(set) var schedule: Schedule
    let settings: Settings
    let network: VGG16
    /// The identity of the inputs, for checkpoints.
    let subject: SharedSubject
    let isCancelled: @Sendable () -> Bool

    /// A run that continues from `state`.
    init(
        from state: RunState, _ schedule: Schedule, _ settings: Settings, _ network: VGG16, _ subject: SharedSubject,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        (self.state, self.schedule, self.settings, self.network) = (state, schedule, settings, network)
        (self.subject, self.isCancelled) = (subject, isCancelled)
    }

    /// Runs the passes at each size, starting from the upsampled result of the size before, and the syntheses. If the
    /// largest size of the passes is below full size, their result is carried up.
    mutating func run(_ progress: (HarmonizationProgress) -> Void) throws(HarmonizationError) {
        for round in schedule.rounds where round.sizeIndex <= state.sizeIndex && !state.isCancelled {
            state.carry(to: round.sizeIndex, in: schedule)
            do {
                try runSteps(of: round, progress)
            } catch .cancelled {
                state.isCancelled = true
            } catch .deadTap where round.sizeIndex != schedule.rounds.last?.sizeIndex {
                // A smaller size at which the network gives no features is skipped.
            }
            if round.sizeIndex == schedule.rounds.last?.sizeIndex { synthesize(progress) }
            schedule.finish(round)
        }
        state.carry(to: 0, in: schedule)
    }

    /// Runs the remaining passes of a size.
    private mutating func runSteps(
        of round: Schedule.Round, _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) {
        let composition = schedule.compositions[round.sizeIndex]
        let remaining = round.steps.dropFirst(state.records.count { $0.reduction == 1 << round.sizeIndex })
        guard let next = remaining.first else { return }
        var clock = Stopwatch(after: state.seconds)
        progress(.began(next))
        var targets: StyleTargets? = try StyleTargets(
            composition, network: network, usesPaperMethod: settings.usesPaperMethod,
            matchesFirstPass: next.pass == 1 || settings.usesPaperMethod,
            styleRegion: firstStyleRegion(at: round.sizeIndex), isCancelled: isCancelled)
        var paintingStyle: PaintingStyle?
        for (i, step) in zip(remaining.indices, remaining) {
            if i > remaining.startIndex {
                clock = Stopwatch()
                progress(.began(step))
            }
            let prepared = try prepared(step, composition, targets, &paintingStyle, progress)
            // The last minimisation needs none of the masks and matches, and their memory itself.
            if i == remaining.endIndex - 1 { (targets, paintingStyle) = (nil, nil) }
            minimize(prepared.pass, step, from: prepared.start, clock, prepared.tapScale, progress)
            guard !state.isCancelled else { return }
        }
    }

    /// The region that pass 1 learns from at a size; nil: all of the painting, also where the region becomes too small.
    private func firstStyleRegion(at index: Int) -> Region? {
        guard let region = settings.styleRegion?.reduced(by: 1 << index) else { return nil }
        return min(region.size.width, region.size.height) < VGG16.smallestSide ? nil : region
    }

    /// The objective of a step, the picture that it starts from, and the tap scale to store with its result;
    /// computes `paintingStyle` where it is needed and nil.
    ///
    /// A function of its own, so that the caller alone holds the `targets`, and can release them.
    private mutating func prepared(
        _ step: HarmonizationPlan.Step, _ composition: Composition, _ targets: StyleTargets?,
        _ paintingStyle: inout PaintingStyle?, _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> (pass: Pass, start: Image, tapScale: [VGG16.Tap: Float]) {
        guard let targets else { preconditionFailure("the targets are released after the last step") }
        if step.pass == 1 {
            return (targets.firstPass(weights: step.weights), state.stage1 ?? composition.composite, targets.tapScale)
        }
        guard let hand = schedule.hand else {
            guard let stage1 = state.stage1 else { preconditionFailure("pass 1 gives a picture") }
            let pass = try targets.secondPass(
                after: composition.blended(stage1), weights: step.weights, range: settings.histogramRange)
            return (pass, composition.composite, targets.tapScale)
        }
        let start = state.stage2 ?? start(hand, guide(composition), composition, progress)
        state.replaceStage2(start)
        let style: PaintingStyle
        if let paintingStyle {
            style = paintingStyle
        } else {
            style = try targets.style(of: settings.styleRegion?.reduced(by: step.reduction))
            paintingStyle = style
        }
        return (try targets.matchedPass(from: start, towards: style, weights: step.weights), start, state.tapScale)
    }

    /// The picture that pass 2 starts from.
    private func start(
        _ hand: Hand, _ guide: Image, _ composition: Composition, _ progress: (HarmonizationProgress) -> Void
    ) -> Image {
        report(.guide, guide, progress)
        let start = hand.start(guide, composition, from: style(at: state.sizeIndex), isCancelled)
        report(.firstSynthesis, start, progress)
        return start
    }

    /// Reports a picture of the current size.
    private func report(
        _ step: HarmonizationProgress.Painting.Step, _ picture: Image, _ progress: (HarmonizationProgress) -> Void
    ) {
        progress(.painted(.init(step: step, makePreview: preview { picture })))
    }

    /// What shows a picture of the current size at full size.
    private func preview(_ picture: @escaping @Sendable () -> Image) -> @Sendable () -> Overlay {
        let (index, schedule, keepsColors) = (state.sizeIndex, schedule, settings.keepsColors)
        return {
            schedule.compositions[0].overlay(
                schedule.carried(picture(), from: index, to: 0), keepingColors: keepsColors)
        }
    }

    /// The guide of the syntheses, at the size of the passes.
    private func guide(_ composition: Composition) -> Image {
        var guide = ColorGuide(of: style(at: state.sizeIndex))
        guide.radius = ColorGuide.radius(for: composition.painting.size)
        guide.keepingColors = settings.keepsColors
        var stage = state.stage1 ?? composition.composite
        stage.clamp()
        return guide.picture(
            stage: stage, composite: composition.original, object: composition.mask,
            region: ColorGuide.region(of: composition.looseMask))
    }

    /// The painting, or the region of it that is learnt from, at a size.
    private func style(at index: Int) -> Image {
        let painting = schedule.compositions[index].painting
        return settings.styleRegion.map { $0.reduced(by: 1 << index).part(of: painting) } ?? painting
    }

    /// Puts the result of the passes together from the painting's pixels, and carries it up to full size.
    private mutating func synthesize(_ progress: (HarmonizationProgress) -> Void) {
        guard let hand = schedule.hand, !state.isCancelled else { return }
        let worked = state.sizeIndex, composition = schedule.compositions[worked]
        progress(.synthesizing(composition.painting.size))
        let guide = guide(composition)
        // Without iterations there is no pass 2.
        let stage2 =
            state.stage2 ?? (hand.paintsStrokes ? start(hand, guide, composition, progress) : nil)
        var texture = hand.finished(stage2, guide, composition, from: style(at: worked), isCancelled)
        finish(composition)
        for index in (0..<worked).reversed() where !isCancelled() {
            let (half, larger) = (schedule.compositions[index + 1], schedule.compositions[index])
            progress(.synthesizing(larger.painting.size))
            texture = hand.enlarged(texture, from: half, to: larger, from: style(at: index), isCancelled)
            state.carry(to: index, in: schedule)
            finish(larger)
        }
        state.isCancelled = isCancelled()

        func finish(_ composition: Composition) {
            state.replaceStage2(texture.picture)
            report(.lastSynthesis(composition.painting.size), texture.picture, progress)
        }
    }

    /// Minimises a pass, from its restored state if any, and stores its result.
    private mutating func minimize(
        _ pass: Pass, _ step: HarmonizationPlan.Step, from start: Image, _ clock: Stopwatch,
        _ tapScale: [VGG16.Tap: Float], _ progress: (HarmonizationProgress) -> Void
    ) {
        // The evaluations use blocks of other sizes than the set-up.
        MemoryPool.shared.drain()
        let (before, subject) = (state, subject)
        let evaluationsBefore = before.evaluations - (before.pass?.evaluations.count ?? 0)
        let (picture, evaluations, ended) = pass.minimize(
            from: start, by: settings.optimizer.optimizer, resuming: before.pass, evaluations: step.evaluations,
            isCancelled: isCancelled
        ) { number, losses, passState, picture in
            let seconds = clock.seconds
            progress(
                .evaluated(
                    .init(
                        step: step, number: number, totalNumber: evaluationsBefore + number, losses: losses,
                        seconds: seconds,
                        makeCheckpoint: {
                            HarmonizationCheckpoint(subject.value, before.advanced(to: passState, after: seconds))
                        },
                        makePreview: preview(picture))))
        }
        let record = PassRecord(
            pass: step.pass, reduction: step.reduction, weights: step.weights, seconds: clock.seconds, ended: ended,
            evaluations: evaluations)
        progress(.finished(record))
        state.finishPass(picture, record, tapScale)
    }
}

/// The subject of a run's checkpoints; its checksums are computed on first access.
final class SharedSubject: Sendable {
    private let cached = Mutex<HarmonizationCheckpoint.Subject?>(nil)
    private let make: @Sendable () -> HarmonizationCheckpoint.Subject

    init(_ make: @escaping @Sendable () -> HarmonizationCheckpoint.Subject) { self.make = make }

    var value: HarmonizationCheckpoint.Subject {
        cached.withLock { cached in
            let value = cached ?? make()
            cached = value
            return value
        }
    }
}

/// The wall-clock time since initialisation, plus an initial value.
package struct Stopwatch: Sendable {
    private let start = WorkClock.now, before: Double

    /// A stopwatch that starts now, at `before` seconds.
    package init(after before: Double = 0) { self.before = before }

    /// The seconds elapsed.
    package var seconds: Double { before + (WorkClock.now - start) / .seconds(1) }
}

extension Region {
    /// The region at a size reduced by a factor.
    func reduced(by factor: Int) -> Region {
        func reduced(_ range: Range<Int>) -> Range<Int> {
            range.lowerBound / factor..<max(range.lowerBound / factor + 1, range.upperBound / factor)
        }
        return Region(columns: reduced(columns), rows: reduced(rows))
    }
}
