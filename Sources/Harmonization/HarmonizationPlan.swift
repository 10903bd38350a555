public import Imaging
internal import NeuralNet

/// What a harmonization will do, known before it does it.
public struct HarmonizationPlan: Equatable, Sendable {
    /// The size of the painting.
    public let painting: Size
    /// The style level τ, given or estimated.
    public let styleLevel: Double
    /// The passes in order: two for each size, from the smallest.
    public let steps: [Step]
    /// About how many bytes the process will take at its peak.
    public let memory: Int
    /// What looks wrong about the mask or the painting.
    public let warnings: [HarmonizationWarning]
    /// The cost of what is neither set-up nor evaluation: pictures, and the polish.
    let rest: Double

    /// A pass at a size.
    public struct Step: Equatable, Sendable {
        /// 1 or 2.
        public let pass: Int
        /// How many of the painting's pixels, each way, one pixel stands for.
        public let reduction: Int
        /// The size of the painting so reduced, and of the part of it around the object that is looked at.
        public let painting, crop: Size
        /// The pixels that may change.
        public let variables: Int
        /// The evaluations of loss and gradient at most; at least one.
        public let evaluations: Int
        /// What each loss is multiplied by.
        public let weights: LossWeights
        /// The cost of the set-up and of an evaluation, see ``HarmonizationPlan/seconds(speed:)``.
        let cost: TimeEstimate
    }

    /// About how many seconds the work takes on a machine of the given speed.
    public func seconds(speed: WorkSpeed) -> Double { work(steps.count) / speed.factor }

    /// The part of the work, 0…1, that is done when `evaluations` of the step at `index` are.
    public func progress(step index: Int, evaluations: Int) -> Double {
        let step = steps[index].cost
        let done = work(index) - rest + step.setUp + Double(evaluations) * step.evaluation
        return min(1, done / work(steps.count))
    }

    /// The cost of the first `count` steps and of all the rest.
    private func work(_ count: Int) -> Double {
        steps.prefix(count).reduce(rest) { $0 + $1.cost.setUp + Double($1.evaluations) * $1.cost.evaluation }
    }
}
