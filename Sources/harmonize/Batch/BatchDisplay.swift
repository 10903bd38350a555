internal import Compute
internal import Foundation
internal import Synchronization
internal import Terminal

/// Progress of a batch on stderr: a line for each finished job and, on a terminal, one for the running jobs.
final class BatchDisplay: Sendable {
    private struct State {
        var ended = 0
        /// The running jobs, in the order of their starts.
        var running: [(name: String, start: ContinuousClock.Instant)] = []
        /// Whether a thread redraws the line of running jobs.
        var isRedrawn = false
    }

    private let count: Int
    private let isQuiet, isLive: Bool
    private let state = Mutex(State())

    /// For `count` jobs.
    init(_ count: Int, quiet: Bool) {
        self.count = count
        isQuiet = quiet
        isLive = !quiet && StandardError.isTerminal
    }

    func began(_ name: String) {
        state.withLock { state in
            state.running.append((name, WorkClock.now))
            if isLive, !state.isRedrawn { state.isRedrawn = redraw() }
            draw(state)
        }
    }

    /// Reports that a job ended or was skipped.
    func ended(_ name: String, _ text: String) {
        state.withLock { state in
            state.ended += 1
            state.running.removeAll { $0.name == name }
            if !isQuiet {
                StandardError.write(
                    "[\(state.ended)/\(count)] \(name.escapingControls)  \(text.escapingControls)\n")
            }
            draw(state)
        }
    }

    /// Stops the updates and clears the line of running jobs.
    func close() {
        state.withLock { state in
            state.isRedrawn = false
            StandardError.write("")
        }
    }

    /// Draws the line every second on a thread of its own; false where there is none.
    private func redraw() -> Bool {
        SystemThread.start { [weak self] in
            while true {
                usleep(1_000_000)
                let isWanted = self?.state.withLock { state in
                    if state.isRedrawn { self?.draw(state) }
                    return state.isRedrawn
                }
                guard isWanted == true else { return }
            }
        }
    }

    /// Redraws the line of running jobs.
    private func draw(_ state: borrowing State) {
        guard isLive else { return }
        let jobs = state.running.map { job in
            let seconds = Int((WorkClock.now - job.start) / .seconds(1))
            return "\(job.name.escapingControls) \(seconds / 60):\(String(format: "%02d", seconds % 60))"
        }
        let line = "\(state.ended) of \(count) jobs\(jobs.isEmpty ? "" : "; at work: \(jobs.joined(separator: ", "))")"
        StandardError.show(line)
    }
}
