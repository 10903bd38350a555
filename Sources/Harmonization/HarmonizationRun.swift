internal import Imaging
internal import NeuralNet
internal import Synchronization
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

    /// Runs both passes at each size, starting from the upsampled result of the size before. If the largest size of the
    /// passes is below full size, its result is upsampled.
    mutating func runPasses(_ progress: (HarmonizationProgress) -> Void) throws(HarmonizationError) {
        for round in schedule.rounds where round.sizeIndex <= state.sizeIndex && !state.isCancelled {
            state.carry(to: round.sizeIndex, in: schedule)
            do {
                try runPasses(of: round, progress)
            } catch .cancelled {
                state.isCancelled = true
            } catch .deadTap where round.sizeIndex != schedule.rounds.last?.sizeIndex {
                // A smaller size at which the network gives no features is skipped.
            }
            schedule.finish(round)
        }
        state.carry(to: 0, in: schedule)
    }

    /// Runs the remaining passes of a size.
    private mutating func runPasses(
        of round: Schedule.Round, _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) {
        let composition = schedule.compositions[round.sizeIndex]
        let start = state.stage2 ?? composition.composite
        var clock = Stopwatch(after: state.seconds)
        let isPass1Done = state.stage1ForPass2 != nil
        progress(.began(isPass1Done ? round.pass2 : round.pass1))
        let targets = try StyleTargets(
            composition, network: network, usesPaperMethod: settings.usesPaperMethod, isCancelled: isCancelled)
        if !isPass1Done {
            minimize(
                targets.firstPass(weights: round.pass1.weights), round.pass1, from: start, clock,
                targets.tapScale, progress)
            guard !state.isCancelled else { return }
            clock = Stopwatch()
            progress(.began(round.pass2))
        }
        guard let stage1 = state.stage1ForPass2 else { preconditionFailure("pass 1 gives a picture") }
        let tapScale = targets.tapScale
        // The minimisation needs none of the masks and matches, and their memory itself.
        let pass2 = try (consume targets).secondPass(
            after: composition.blended(stage1), weights: round.pass2.weights, range: settings.histogramRange)
        minimize(pass2, round.pass2, from: start, clock, tapScale, progress)
    }

    /// Minimises a pass, from its restored state if any, and stores its result.
    private mutating func minimize(
        _ pass: Pass, _ step: HarmonizationPlan.Step, from start: Image, _ clock: Stopwatch,
        _ tapScale: [VGG16.Tap: Float], _ progress: (HarmonizationProgress) -> Void
    ) {
        // The evaluations use blocks of other sizes than the set-up.
        MemoryPool.shared.drain()
        let (before, schedule, subject, keepsColors) = (state, schedule, subject, settings.keepsColors)
        let evaluationsBefore = before.evaluations - (before.pass?.evaluations.count ?? 0)
        let (picture, evaluations, ended) = pass.minimize(
            from: start, by: settings.optimizer, resuming: before.pass, evaluations: step.evaluations,
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
                        makePreview: {
                            schedule.compositions[0].overlay(
                                schedule.carried(picture(), from: before.sizeIndex, to: 0), keepingColors: keepsColors)
                        })))
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
    private let start = ContinuousClock.now, before: Double

    /// A stopwatch that starts now, at `before` seconds.
    package init(after before: Double = 0) { self.before = before }

    /// The seconds elapsed.
    package var seconds: Double { before + (ContinuousClock.now - start) / .seconds(1) }
}
