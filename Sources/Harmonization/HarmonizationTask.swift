internal import Foundation
public import Imaging
internal import Synchronization
internal import Tensors

/// A harmonization that runs on a thread of its own, so that no thread of Swift's cooperative pool is blocked.
///
///     let task = try Harmonizer().start(painting, with: placed)
///     for await case .evaluated(let evaluation) in task.progress {
///         bar.value = Double(evaluation.number) / Double(evaluation.step.evaluations)
///     }
///     let result = try await task.result
///
/// Only ``cancel()`` ends it early: cancelling a task that awaits the result has no effect on it.
public struct HarmonizationTask: Sendable {
    fileprivate let outcome: Task<Result<HarmonizedPainting, HarmonizationError>, Never>
    private let isCancelled = CancellationFlag()

    /// The progress reports in order; the stream finishes with the run. It has a single consumer, which never blocks
    /// the run: of consecutive evaluations that were not consumed yet, only the latest is kept.
    public let progress: AsyncStream<HarmonizationProgress>

    fileprivate init(
        _ work:
            @escaping @Sendable (
                _ progress: (HarmonizationProgress) -> Void, _ isCancelled: @escaping @Sendable () -> Bool
            ) -> Result<HarmonizedPainting, HarmonizationError>
    ) {
        let mailbox = ProgressMailbox(), isCancelled = isCancelled
        progress = AsyncStream { await mailbox.next() }
        outcome = Task {
            await withCheckedContinuation { continuation in
                let run = { @Sendable in
                    let outcome = work(mailbox.put) { isCancelled.value }
                    mailbox.close()
                    continuation.resume(returning: outcome)
                }
                // A system that makes no more threads has this one.
                if !SystemThread.start(stack: 8 << 20, run) { run() }
            }
        }
    }

    /// The result, once the run has ended. After ``cancel()`` it is the best result so far.
    ///
    /// Throws ``HarmonizationError``, of which `cancelled` where ``cancel()`` preceded the first evaluation.
    public var result: HarmonizedPainting {
        get async throws(HarmonizationError) { try await outcome.value.get() }
    }

    /// Requests an end at the next evaluation or, in a set-up, at the next band of the painting.
    public func cancel() { isCancelled.set() }
}

extension Harmonizer {
    /// Starts to repaint `object` in `painting` and returns at once; parameters and result are those of
    /// ``harmonize(_:with:from:progress:isCancelled:)``.
    public func start(
        _ painting: Image, with object: PlacedObject, from checkpoint: HarmonizationCheckpoint? = nil
    ) -> HarmonizationTask {
        // Task-local values are not inherited by a new thread.
        let threads = Parallel.threads
        return HarmonizationTask { progress, isCancelled in
            Parallel.with(threads: threads) {
                Result { () throws(HarmonizationError) in
                    try harmonize(
                        painting, with: object, from: checkpoint, progress: progress, isCancelled: isCancelled)
                }
            }
        }
    }

    /// Repaints `object` in `painting` without blocking the caller's thread.
    ///
    /// Cancelling the task returns the best result so far. Throws ``HarmonizationError``.
    public func harmonize(
        _ painting: Image, with object: PlacedObject, from checkpoint: HarmonizationCheckpoint? = nil
    ) async throws(HarmonizationError) -> HarmonizedPainting {
        let task = start(painting, with: object, from: checkpoint)
        return try await withTaskCancellationHandler {
            await task.outcome.value
        } onCancel: {
            task.cancel()
        }.get()
    }
}

private final class CancellationFlag: Sendable {
    private let flag = Atomic(false)
    var value: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}

/// Passes progress from the working thread to the consuming task.
private final class ProgressMailbox: Sendable {
    private struct State {
        var waiting: [HarmonizationProgress] = []
        var isClosed = false
        var reader: CheckedContinuation<HarmonizationProgress?, Never>?
    }

    private let state = ObservedMutex(State())

    func put(_ progress: HarmonizationProgress) {
        state.withLock { state in
            if let reader = state.reader.take() { return reader.resume(returning: progress) }
            // An evaluation retains the optimizer's state, so a slow consumer gets only the latest.
            if case .evaluated = progress, case .evaluated = state.waiting.last { state.waiting.removeLast() }
            state.waiting.append(progress)
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.reader.take()?.resume(returning: nil)
        }
    }

    /// The next report; nil at the end, and when the consuming task is cancelled.
    func next() async -> HarmonizationProgress? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if !state.waiting.isEmpty {
                        continuation.resume(returning: state.waiting.removeFirst())
                    } else if state.isClosed || Task.isCancelled {
                        continuation.resume(returning: nil)
                    } else {
                        state.reader = continuation
                    }
                }
            }
        } onCancel: {
            state.withLock { $0.reader.take()?.resume(returning: nil) }
        }
    }
}
