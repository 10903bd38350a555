internal import Foundation
internal import Harmonization

/// One line for each pass on stderr: rewritten in place on a terminal, written once at the pass's end elsewhere.
final class ProgressLine {
    private let quiet: Bool
    private let isTerminal = StandardError.isTerminal
    private var lastDrawn = -1.0

    init(quiet: Bool) { self.quiet = quiet }

    func show(_ progress: HarmonizationProgress) {
        if case .finished(let record, _) = progress, record.ended == .nonFinite {
            StandardError.write(
                "Warning: pass \(record.pass) met a loss that is not finite; kept the best point so far\n")
        }
        guard !quiet else { return }
        switch progress {
        case .evaluated(let pass, let reduction, let evaluation, let limit, let losses, let seconds):
            // A terminal need not be redrawn more than ten times a second.
            guard isTerminal, seconds - lastDrawn >= 0.1 || evaluation == limit else { return }
            lastDrawn = seconds
            StandardError.write("\r\u{1B}[K" + line(pass, reduction, "\(evaluation)/\(limit)", losses.total, seconds))
        case .finished(let record, _):
            lastDrawn = -1
            let text = line(
                record.pass, record.reduction, "\(record.evaluations.count)",
                record.evaluations.map(\.total).filter(\.isFinite).min() ?? .nan, record.seconds)
            let reason =
                switch record.ended {
                case .iterations: ""
                case .converged: "  converged"
                case .nonFinite: "  stopped"
                }
            StandardError.write((isTerminal ? "\r\u{1B}[K" : "") + text + reason + "\n")
        }
    }

    /// A remark for a person.
    func say(_ text: String) {
        if !quiet { StandardError.write(text + "\n") }
    }

    private func line(_ pass: Int, _ reduction: Int, _ evaluations: String, _ loss: Double, _ seconds: Double) -> String
    {
        "pass \(pass)\(reduction == 1 ? "" : " at 1/\(reduction)")  evaluation \(evaluations)  loss \(String(format: "%.5g", loss))  "
            + "\(String(format: "%.1f", seconds)) s"
    }

}
