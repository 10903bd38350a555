internal import Foundation
internal import Harmonization
internal import Imaging

/// What a result looks like that is hardly what was wanted.
enum ResultDiagnosis {
    /// A pass that ends by itself before this part of its evaluations has hardly begun.
    private static let earlyPart = 0.1
    /// The standard deviation, of values 0…1, below which an object is one colour.
    private static let constant: Float = 0.004

    /// What is wrong with the course or the outcome of a harmonization.
    static func warnings(for result: HarmonizedPainting, _ plan: HarmonizationPlan, of object: PlacedObject)
        -> [Warnings.Warning]
    {
        plan.steps.compactMap { step in
            let record = result.passes.first { ($0.pass, $0.reduction) == (step.pass, step.reduction) }
            guard let record else { return result.isCancelled || step.pass == 2 ? nil : skipped(step) }
            return warning(for: record, of: step)
        } + (isUnchanged(result) ? [unchanged] : isFlat(result, object) ? [flat] : [])
    }

    private static func skipped(_ step: HarmonizationPlan.Step) -> Warnings.Warning {
        .init(
            warning: "the network sees nothing in the painting at 1/\(step.reduction) of its size, which was left out",
            hint: "is the painting nearly blank? if not, try another --model")
    }

    private static func warning(for record: PassRecord, of step: HarmonizationPlan.Step) -> Warnings.Warning? {
        let name = "pass \(record.pass)\(record.reduction == 1 ? "" : " at 1/\(record.reduction)")"
        let count = record.evaluations.count
        switch record.ended {
        case .cancelled: return nil
        case .nonFinite:
            return .init(
                warning: "\(name) met a loss that is not finite at evaluation \(count); kept the best so far",
                hint: "are the weights extreme? leave them out, or check --model with 'harmonize model info'")
        case .converged where Double(count) < earlyPart * Double(step.evaluations), _ where neverFell(record, step):
            return .init(
                warning: "\(name) ended after \(count) of \(step.evaluations) evaluations: no step lowers its loss",
                hint: "are the weights extreme, or the object the painting itself? try the default weights")
        case .converged, .iterations: return nil
        }
    }

    /// Whether a pass that was to lower its loss did not.
    private static func neverFell(_ record: PassRecord, _ step: HarmonizationPlan.Step) -> Bool {
        guard let first = record.evaluations.first?.total, step.evaluations > 1 else { return false }
        return record.evaluations.allSatisfy { $0.total >= first }
    }

    private static let unchanged = Warnings.Warning(
        warning: "the result is the painting itself: nothing of the object can be seen",
        hint: "is the object very small or faint? see --scale and --mask")

    /// Whether no value of the result is half an 8-bit step away from the painting's.
    private static func isUnchanged(_ result: HarmonizedPainting) -> Bool {
        let patch = result.secondPatch
        for y in 0..<patch.image.height {
            for x in 0..<patch.image.width {
                let difference = patch.image[x, y] - result.painting[x + patch.origin.x, y + patch.origin.y]
                if difference.max() > 0.5 / 255 || difference.min() < -0.5 / 255 { return false }
            }
        }
        return true
    }

    private static let flat = Warnings.Warning(
        warning: "the repainted object is one flat colour",
        hint: "is the painting flat where it looks like the object? try a lower --style-level")

    /// Whether the object had a structure and has none any more.
    private static func isFlat(_ result: HarmonizedPainting, _ object: PlacedObject) -> Bool {
        let (patch, origin) = (result.secondPatch, object.origin)
        var before: [Float] = [], after: [Float] = []
        for y in 0..<object.mask.height {
            for x in 0..<object.mask.width where object.mask[x, y] > 0.9 {
                let (u, v) = (x + origin.x - patch.origin.x, y + origin.y - patch.origin.y)
                before.append(object.image[x, y].sum() / 3)
                after.append(patch.image[u, v].sum() / 3)
            }
        }
        return before.count > 1 && deviation(after) < constant && deviation(before) > 4 * constant
    }

    private static func deviation(_ values: [Float]) -> Float {
        let mean = values.reduce(0, +) / Float(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    }
}
