internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging

/// The output of `--dry-run`.
struct PlanReport {
    let plan: HarmonizationPlan
    let object: PlacedObject
    let placement: Placement
    let model: String
    /// The estimated seconds, and the available memory in bytes.
    let seconds: Double
    let availableMemory: Int

    var text: String {
        var lines = [
            "painting   \(plan.painting)",
            "object     \(object.image.size), what its mask shows of it, at \(object.origin.x),\(object.origin.y)"
                + (placement.turns.map { ", \($0)" } ?? ""),
            "model      \(model.escapingControls)",
            "level      \(Self.number(plan.styleLevel))",
        ]
        if let last = plan.steps.last {
            lines.append(
                "changes    at most \(last.variables) pixels\(PassName.size(last.reduction)), "
                    + "seen in a crop of \(last.crop)")
        }
        for step in plan.steps {
            let weights = [
                ("content", step.weights.content), ("style", step.weights.style), ("histogram", step.weights.histogram),
                ("tv", step.weights.tv), ("matched features", step.weights.matched),
            ].filter { $0.1 != 0 }.map { "\($0.0) \(Self.number($0.1))" }.joined(separator: ", ")
            lines.append(
                "pass \(step.pass)     \(step.painting), "
                    + "\(step.evaluations) evaluation\(step.evaluations == 1 ? "" : "s"); \(weights)"
            )
        }
        lines += [
            "memory     about \(SystemMemory.formatted(plan.memory)) of "
                + "\(SystemMemory.formatted(availableMemory)) available"
                + (plan.memory > availableMemory ? ": it would be refused" : ""),
            "time       about \(Self.time(seconds))",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double) -> String { String(format: "%.3g", value) }

    /// A duration in seconds, minutes or hours, to the precision of an estimate.
    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<100: String(format: "%.0f s", max(1, seconds))
        case ..<6000: String(format: "%.0f min", seconds / 60)
        default: String(format: "%.1f h", seconds / 3600)
        }
    }
}

extension Placement {
    /// How the object is turned, in words; nil where it is not.
    var turns: String? {
        let turns =
            (isMirrored ? ["mirrored"] : [])
            + (rotation != 0 ? ["rotated by \(String(format: "%.6g", rotation))°"] : [])
        return turns.isEmpty ? nil : turns.joined(separator: ", ")
    }
}
