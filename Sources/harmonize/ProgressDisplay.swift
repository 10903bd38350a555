internal import Foundation
internal import Harmonization
internal import Terminal

/// What stderr says while the work goes on: a line for each pass that ended and, on a terminal, a bar below them.
final class ProgressDisplay {
    private let quiet: Bool
    private let isTerminal = StandardError.isTerminal
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now
    private var plan: HarmonizationPlan?
    /// When the pass's first evaluation was, and when something was last written.
    private var firstEvaluation = ContinuousClock.now, lastWritten = ContinuousClock.now
    /// The number of the pass's first evaluation, more than 1 where it goes on from a checkpoint.
    private var firstNumber = 1
    /// The part of the work that was done before this command.
    private var partBefore: Double?

    /// How often a bar moves at most, and how often a line is written where there is none.
    private static let barInterval = Duration.milliseconds(100), lineInterval = Duration.seconds(10)

    init(quiet: Bool) { self.quiet = quiet }

    func show(_ progress: HarmonizationProgress) {
        guard !quiet else { return }
        switch progress {
        case .planned(let plan): self.plan = plan
        case .began(let step):
            firstNumber = 0
            lastWritten = clock.now
            showBar(done(step, 0), "\(PassName(step.pass, step.reduction))  matching patches")
        case .evaluated(let evaluation): show(evaluation)
        case .polishing:
            if let plan, let last = plan.steps.last { showBar(done(last, last.evaluations), "polishing") }
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
        if isTerminal { StandardError.showBar(part, text) }
    }

    /// A line for a person, in place of the bar.
    func write(_ text: String) {
        if !quiet { StandardError.write(text + "\n") }
    }

    private func show(_ evaluation: HarmonizationProgress.Evaluation) {
        let now = clock.now, step = evaluation.step
        if firstNumber == 0 { (firstEvaluation, firstNumber) = (now, evaluation.number) }
        if partBefore == nil { partBefore = evaluation.totalNumber == 1 ? 0 : done(step, evaluation.number) }
        guard now - lastWritten >= (isTerminal ? Self.barInterval : Self.lineInterval) else { return }
        lastWritten = now
        let seconds = (now - firstEvaluation) / .seconds(1)
        let count = evaluation.number - firstNumber
        let rate = count > 0 ? "  \(Self.number(Double(count) / seconds, "%.3g"))/s" : ""
        let part = done(step, evaluation.number)
        let text =
            "\(PassName(step.pass, step.reduction))  evaluation \(evaluation.number)/\(step.evaluations)  "
            + "loss \(Self.number(evaluation.losses.total))\(rate)\(timeLeft(part))"
        if isTerminal { StandardError.showBar(part, text) } else { StandardError.write(text + "\n") }
    }

    private static func number(_ value: Double, _ format: String = "%.5g") -> String { String(format: format, value) }

    /// The part of all the work that is done.
    private func done(_ step: HarmonizationPlan.Step, _ evaluations: Int) -> Double {
        guard let plan, let index = plan.steps.firstIndex(of: step) else { return 0 }
        return plan.progress(step: index, evaluations: evaluations)
    }

    /// The time that is left, in hours, minutes and seconds, once enough is done to tell.
    private func timeLeft(_ part: Double) -> String {
        let own = part - (partBefore ?? 0)
        guard own > 0.02 else { return "" }
        let seconds = Int(((clock.now - start) / .seconds(1) * (1 - part) / own).rounded(.up))
        let minutes = String(format: seconds < 3600 ? "%d:%02d" : "%02d:%02d", seconds / 60 % 60, seconds % 60)
        return "  \(seconds < 3600 ? "" : "\(seconds / 3600):")\(minutes) left"
    }
}

/// What people read of a pass at a size: "pass 2 at 1/4".
struct PassName: CustomStringConvertible {
    let description: String

    init(_ pass: Int, _ reduction: Int) { description = "pass \(pass)\(Self.size(reduction))" }

    /// " at 1/4"; nothing at full size.
    static func size(_ reduction: Int) -> String { reduction == 1 ? "" : " at 1/\(reduction)" }
}
