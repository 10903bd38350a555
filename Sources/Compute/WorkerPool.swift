internal import CKernels
internal import Dispatch
internal import Foundation
internal import Synchronization

/// The one pool of threads: the caller and a worker for each further core.
///
/// An evaluation comes to many short parallel parts, and waking a sleeping thread can take as long as one of them: so a
/// worker looks out for the next part for a while before it goes to sleep.
final class WorkerPool: Sendable {
    static let shared = WorkerPool(workers: ProcessInfo.processInfo.activeProcessorCount - 1)

    /// Looks for work before a worker sleeps, or before the caller lets others run: some 100 µs.
    private static let patience = 4_000

    /// A worker's door bell.
    private final class Worker: Sendable {
        /// How many jobs this worker was called to.
        let calls = Atomic<Int>(0)
        let asleep = Atomic<Bool>(false)
        let bell = DispatchSemaphore(value: 0)
    }

    private let workers: [Worker]
    /// Whether a job is under way; only its owner touches `job`.
    private let taken = Atomic<Bool>(false)
    /// Workers that have not finished the job.
    private let busy = Atomic<Int>(0)
    nonisolated(unsafe) private var job: (() -> Void)?

    private init(workers count: Int) {
        workers = (0..<max(0, count)).map { _ in Worker() }
        for worker in workers {
            let thread = Thread { [unowned self] in serve(worker) }
            thread.name = "harmonize worker"
            thread.qualityOfService = .userInitiated
            thread.start()
        }
    }

    /// Runs `job` on the calling thread and on up to `helpers` workers at once, and returns when all have finished.
    ///
    /// Where the pool is at work already (for another caller, or for the job that calls this) the caller works alone:
    /// a job must not rely on being run more than once.
    func run(helpers: Int, _ job: () -> Void) {
        let helpers = min(helpers, workers.count)
        guard helpers > 0, taken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return job()
        }
        // The workers have all finished when this returns, so nothing escapes.
        withoutActuallyEscaping(job) { job in
            self.job = job
            busy.store(helpers, ordering: .relaxed)
            for worker in workers[..<helpers] {
                worker.calls.wrappingAdd(1, ordering: .sequentiallyConsistent)
                if worker.asleep.exchange(false, ordering: .sequentiallyConsistent) { worker.bell.signal() }
            }
            job()
            var looks = 0
            while busy.load(ordering: .acquiring) > 0 {
                looks += 1
                if looks % Self.patience == 0 { sched_yield() } else { ckernels_pause() }
            }
            self.job = nil
        }
        taken.store(false, ordering: .releasing)
    }

    private func serve(_ worker: Worker) {
        var answered = 0
        while true {
            var looks = 0
            while worker.calls.load(ordering: .acquiring) == answered {
                looks += 1
                guard looks > Self.patience else {
                    ckernels_pause()
                    continue
                }
                worker.asleep.store(true, ordering: .sequentiallyConsistent)
                // A call after this rings the bell; one before it is seen here, and its ring, if any, is taken.
                if worker.calls.load(ordering: .sequentiallyConsistent) == answered
                    || !worker.asleep.exchange(false, ordering: .sequentiallyConsistent)
                {
                    worker.bell.wait()
                }
                looks = 0
            }
            answered += 1
            job?()
            busy.wrappingSubtract(1, ordering: .releasing)
        }
    }
}
