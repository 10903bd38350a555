public import Imaging

/// A probable mistake in the inputs or the result of a harmonization, which does not prevent it.
public enum HarmonizationWarning: Equatable, Sendable {
    /// The object's mask is probably not the intended one.
    case mask(MaskWarning)
    /// The painting is a single flat colour, which the object will take on.
    case flatPainting
    /// The network has a dead tap on the painting reduced by `reduction` along each axis; that size was skipped.
    case skippedSize(reduction: Int)
    /// A pass ended at a loss that is not finite, at the evaluation of that number (from 1); the best before it was
    /// kept.
    case nonFiniteLoss(pass: Int, reduction: Int, evaluation: Int)
    /// A pass converged in fewer than a tenth of its evaluations, or none of them lowered its loss.
    case noProgress(pass: Int, reduction: Int, evaluations: Int, of: Int)
    /// No value of the result differs from the painting's by more than half an 8-bit step.
    case unchangedPainting
    /// The object was repainted in a single flat colour, although it had structure.
    case flatObject
}

// MARK: Before the work

extension HarmonizationWarning {
    /// The largest range of a channel in a flat painting; JPEG artefacts on a single colour stay within it.
    private static let flat: Float = 0.03

    /// The warnings about the inputs.
    static func found(in painting: Image, _ object: PlacedObject) -> [Self] {
        (object.maskWarning.map { [.mask($0)] } ?? []) + (isFlat(painting) ? [.flatPainting] : [])
    }

    private static func isFlat(_ painting: Image) -> Bool {
        for channel in 0..<3 {
            var (low, high) = (Float.infinity, -Float.infinity)
            for i in stride(from: channel, to: painting.values.count, by: 3) {
                low = min(low, painting.values[i])
                high = max(high, painting.values[i])
                if high - low > flat { return false }
            }
        }
        return true
    }
}

// MARK: After the work

extension HarmonizationWarning {
    /// Convergence before this fraction of the evaluations is too early.
    private static let earlyPart = 0.1
    /// The standard deviation (of values 0…1) below which an object counts as one colour.
    private static let constant: Float = 0.004

    /// The warnings about the passes and the result.
    static func found(in result: HarmonizedPainting, _ plan: HarmonizationPlan, of object: PlacedObject) -> [Self] {
        var records = result.passes[...]
        return plan.steps.compactMap { step in
            guard let record = records.first, (record.pass, record.reduction) == (step.pass, step.reduction) else {
                return result.isCancelled || step.pass == 2 ? nil : .skippedSize(reduction: step.reduction)
            }
            records = records.dropFirst()
            return warning(for: record, of: step)
        } + (isUnchanged(result) ? [.unchangedPainting] : isFlat(result, object) ? [.flatObject] : [])
    }

    private static func warning(for record: PassRecord, of step: HarmonizationPlan.Step) -> Self? {
        let (pass, reduction, count) = (record.pass, record.reduction, record.evaluations.count)
        switch record.ended {
        case .cancelled: return nil
        case .nonFinite: return .nonFiniteLoss(pass: pass, reduction: reduction, evaluation: count)
        case .converged where Double(count) < earlyPart * Double(step.evaluations), _ where neverFell(record, step):
            return .noProgress(pass: pass, reduction: reduction, evaluations: count, of: step.evaluations)
        case .converged, .iterations: return nil
        }
    }

    /// Whether no evaluation of a pass lowered its loss, though the plan had more than one.
    private static func neverFell(_ record: PassRecord, _ step: HarmonizationPlan.Step) -> Bool {
        guard let first = record.evaluations.first?.total, step.evaluations > 1 else { return false }
        return record.evaluations.allSatisfy { $0.total >= first }
    }

    /// Whether no value of the result differs from the painting's by more than half an 8-bit step.
    private static func isUnchanged(_ result: HarmonizedPainting) -> Bool {
        let overlay = result.stage2Overlay
        for y in 0..<overlay.image.height {
            for x in 0..<overlay.image.width {
                let difference = overlay.image[x, y] - result.painting[x + overlay.origin.x, y + overlay.origin.y]
                if difference.max() > 0.5 / 255 || difference.min() < -0.5 / 255 { return false }
            }
        }
        return true
    }

    /// Whether the object had structure and lost it, by the standard deviation under the mask.
    private static func isFlat(_ result: HarmonizedPainting, _ object: PlacedObject) -> Bool {
        let (overlay, origin) = (result.stage2Overlay, object.origin)
        var before: [Float] = [], after: [Float] = []
        for y in 0..<object.mask.height {
            for x in 0..<object.mask.width where object.mask[x, y] > 0.9 {
                let (u, v) = (x + origin.x - overlay.origin.x, y + origin.y - overlay.origin.y)
                before.append(object.image[x, y].sum() / 3)
                after.append(overlay.image[u, v].sum() / 3)
            }
        }
        return before.count > 1 && deviation(after) < constant && deviation(before) > 4 * constant
    }

    private static func deviation(_ values: [Float]) -> Float {
        let mean = values.reduce(0, +) / Float(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    }
}
