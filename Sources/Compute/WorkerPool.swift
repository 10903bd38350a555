internal import CKernels
internal import Dispatch
internal import Foundation
internal import Synchronization

/// The process's thread pool: the caller and up to one worker for each further core, made when it is first needed.
/// Where the system makes no more threads, those that are there do the work.
///
/// An evaluation consists of many short parallel loops, and waking a sleeping thread can take as long as one of them.
/// So a worker spins for a while before it sleeps.
final class WorkerPool: Sendable {
    static let shared = WorkerPool(most: ProcessInfo.processInfo.activeProcessorCount - 1)

    /// The number of spins before a worker sleeps or the caller yields: some 100 µs.
    private static let patience = 4_000

    /// The wake-up state of a worker.
    private final class Worker: Sendable {
        /// The number of jobs posted to this worker.
        let calls = Atomic<Int>(0)
        let asleep = Atomic<Bool>(false)
        let bell = DispatchSemaphore(value: 0)
    }

    /// The number of workers at most.
    private let most: Int
    /// Whether a job is running; only the thread that set this uses `workers` and writes `job`.
    private let taken = Atomic<Bool>(false)
    nonisolated(unsafe) private var workers: [Worker] = []
    /// Whether the system has refused to make a thread.
    nonisolated(unsafe) private var isRefused = false
    /// The number of workers that have not finished the job.
    private let busy = Atomic<Int>(0)
    nonisolated(unsafe) private var job: (() -> Void)?

    private init(most: Int) { self.most = most }

    /// Runs `job` on the calling thread and on up to `helpers` workers at once, and returns when all have finished.
    ///
    /// If the pool is busy (with another caller, or in a nested call), `job` runs on the calling thread only: it must
    /// not rely on being run more than once.
    func run(helpers: Int, _ job: () -> Void) {
        var helpers = min(helpers, most)
        guard helpers > 0, taken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return job()
        }
        helpers = hire(helpers)
        // All workers have finished when this returns, so `job` does not escape.
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

    /// Makes workers until there are `count`, or the system refuses; the number there are of these.
    private func hire(_ count: Int) -> Int {
        while workers.count < count, !isRefused {
            let worker = Worker()
            isRefused = !SystemThread.start { [unowned self] in serve(worker) }
            if !isRefused { workers.append(worker) }
        }
        return min(count, workers.count)
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
                // A job posted after this store signals; one posted before is seen here, and its signal, if any, is
                // consumed by the wait.
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
