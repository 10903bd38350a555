internal import Compute
internal import Foundation
internal import Harmonization
internal import Terminal

/// Progress output on stderr: a line for each finished pass and, on a terminal, a progress bar below.
final class ProgressDisplay {
    private let quiet, isJSON: Bool
    private let isTerminal = StandardError.isTerminal
    private let start = WorkClock.now
    private var plan: HarmonizationPlan?
    /// The times of the pass's first evaluation and of the last output.
    private var firstEvaluation = WorkClock.now, lastWritten = WorkClock.now
    /// The number of the pass's first evaluation, above 1 after resuming from a checkpoint; 0 before it.
    private var firstNumber = 1
    /// The fraction of the work that was done before this command.
    private var partBefore: Double?

    /// The minimum time between two updates of the bar, and between two lines where there is no terminal.
    private static let barInterval = Duration.milliseconds(100), lineInterval = Duration.seconds(10)

    /// - Parameter asJSON: lines for a program in place of a person's.
    init(quiet: Bool, asJSON: Bool = false) { (self.quiet, isJSON) = (quiet, asJSON) }

    /// A line of JSON: how much is done, 0…1, the seconds left, if known, and what is being done.
    private struct Line: Encodable {
        let part: Double
        let left: Int?
        let what: String
    }

    func show(_ progress: HarmonizationProgress) {
        guard !quiet else { return }
        switch progress {
        case .planned(let plan): self.plan = plan
        case .began(let step):
            firstNumber = 0
            lastWritten = WorkClock.now
            showBar(done(step, 0), "\(PassName(step.pass, step.reduction))  matching patches")
        case .evaluated(let evaluation): show(evaluation)
        case .synthesizing(let size):
            showBar(plan?.steps.last.map { done($0, $0.evaluations) } ?? 0, "painting strokes at \(size)")
        case .painted: break
        case .finished(let record):
            let loss = record.evaluations.map(\.total).filter(\.isFinite).min() ?? .nan
            let reason =
                switch record.ended {
                case .iterations, .cancelled: ""
                case .converged: "  converged"
                case .nonFinite: "  stopped"
                }
            write(
                "\(PassName(record.pass, record.reduction))  evaluation \(record.evaluations.count)  "
                    + "loss \(Self.number(loss))  \(Self.number(record.seconds, "%.1f")) s\(reason)")
        }
    }

    private func showBar(_ part: Double, _ text: String) {
        if isJSON {
            writeJSON(part, text)
        } else if isTerminal {
            StandardError.showBar(part, text)
        }
    }

    private func writeJSON(_ part: Double, _ what: String) {
        let line = Line(part: part, left: secondsLeft(part), what: what)
        if let bytes = try? JSONLine.encoded(line) { StandardError.write(String(decoding: bytes, as: UTF8.self)) }
    }

    /// Writes a line in place of the bar, unless quiet.
    func write(_ text: String) {
        if !quiet, !isJSON { StandardError.write(text + "\n") }
    }

    private func show(_ evaluation: HarmonizationProgress.Evaluation) {
        let now = WorkClock.now, step = evaluation.step
        if firstNumber == 0 { (firstEvaluation, firstNumber) = (now, evaluation.number) }
        if partBefore == nil { partBefore = evaluation.totalNumber == 1 ? 0 : done(step, evaluation.number) }
        guard now - lastWritten >= (isTerminal || isJSON ? Self.barInterval : Self.lineInterval) else { return }
        lastWritten = now
        let seconds = (now - firstEvaluation) / .seconds(1)
        let count = evaluation.number - firstNumber
        let rate = count > 0 ? "  \(Self.number(Double(count) / seconds, "%.3g"))/s" : ""
        let part = done(step, evaluation.number)
        if isJSON { return writeJSON(part, "\(PassName(step.pass, step.reduction))") }
        let text =
            "\(PassName(step.pass, step.reduction))  evaluation \(evaluation.number)/\(step.evaluations)  "
            + "loss \(Self.number(evaluation.losses.total))\(rate)\(timeLeft(part))"
        if isTerminal { StandardError.showBar(part, text) } else { StandardError.write(text + "\n") }
    }

    private static func number(_ value: Double, _ format: String = "%.5g") -> String { String(format: format, value) }

    /// The completed fraction of all the work.
    private func done(_ step: HarmonizationPlan.Step, _ evaluations: Int) -> Double {
        guard let plan, let index = plan.steps.firstIndex(of: step) else { return 0 }
        return plan.progress(step: index, evaluations: evaluations)
    }

    /// The estimated time left; nil until this command has done 2 % of the work.
    private func secondsLeft(_ part: Double) -> Int? {
        let own = part - (partBefore ?? 0)
        guard own > 0.02 else { return nil }
        return Int(((WorkClock.now - start) / .seconds(1) * (1 - part) / own).rounded(.up))
    }

    /// The estimated time left, as `H:MM:SS` or `M:SS`; empty until this command has done 2 % of the work.
    private func timeLeft(_ part: Double) -> String {
        guard let seconds = secondsLeft(part) else { return "" }
        let minutes = String(format: seconds < 3600 ? "%d:%02d" : "%02d:%02d", seconds / 60 % 60, seconds % 60)
        return "  \(seconds < 3600 ? "" : "\(seconds / 3600):")\(minutes) left"
    }
}

/// The name of a pass at a resolution: "pass 2 at 1/4".
struct PassName: CustomStringConvertible {
    let description: String

    init(_ pass: Int, _ reduction: Int) { description = "pass \(pass)\(Self.size(reduction))" }

    /// " at 1/4"; nothing at full size.
    static func size(_ reduction: Int) -> String { reduction == 1 ? "" : " at 1/\(reduction)" }
}
