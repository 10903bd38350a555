internal import Fetching
internal import Foundation
internal import Terminal

/// Download progress on stderr: a line redrawn in place on a terminal, one line per quarter elsewhere.
struct FetchDisplay {
    private let quiet: Bool
    private let isTerminal = StandardError.isTerminal
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastDrawn: ContinuousClock.Instant?
    /// The number of bytes present at the start.
    private var first: Int?
    private var quarter = 0

    init(quiet: Bool) {
        self.quiet = quiet
        start = clock.now
    }

    /// Shows the progress of a fetch of `model`.
    mutating func show(_ progress: FetchProgress, of model: KnownModel) {
        switch progress {
        case .began(let url): say("fetching \(model.rawValue) from \(url)")
        case .resumed(let count): say("going on after \(Self.megabytes(count))")
        case .received(let done, let total): show(done, of: total)
        case .interrupted(let error, let seconds): say("\(error); trying again in \(seconds) s")
        case .changed: say("the file has changed: from the start")
        case .whole: say("the server sends no parts of files: reading this one from its start")
        case .verifying: say("comparing its SHA-256")
        }
    }

    private mutating func show(_ done: Int, of total: Int) {
        guard !quiet else { return }
        let before = first ?? done
        first = before
        let now = clock.now
        let seconds = (now - start) / .seconds(1)
        let speed = seconds > 0 ? Double(done - before) / seconds : 0
        if isTerminal {
            if done < total, let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
            lastDrawn = now
            StandardError.show(line(done, total, speed))
        } else if total > 0, 4 * done / total > quarter {
            quarter = 4 * done / total
            StandardError.write(line(done, total, speed) + "\n")
        }
    }

    /// Writes a message on a line of its own, unless quiet.
    func say(_ text: String) {
        if !quiet { StandardError.write(text + "\n") }
    }

    private func line(_ done: Int, _ total: Int, _ speed: Double) -> String {
        let share = total > 0 ? 100 * done / total : 0
        var text = "\(share) %  \(Self.megabytes(done)) of \(Self.megabytes(total))"
        if speed > 0 {
            text += "  \(Self.megabytes(Int(speed)))/s"
            if done < total { text += "  \(Int((Double(total - done) / speed).rounded(.up))) s left" }
        }
        return text
    }

    /// "58.9 MB"
    static func megabytes(_ count: Int) -> String { String(format: "%.1f MB", Double(count) / 1e6) }
}
