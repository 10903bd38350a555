public import Imaging
internal import NeuralNet

/// The passes, the peak memory and the cost of a harmonization, determined before it runs.
public struct HarmonizationPlan: Equatable, Sendable {
    /// The size of the painting.
    public let painting: Size
    /// The style level τ, given or estimated.
    public let styleLevel: Double
    /// The passes in order, smallest size first: pass 1 at each size, then pass 2 in parts, before each of which its
    /// features are matched anew. With `usesPaperMethod` one size and one step for each pass.
    public let steps: [Step]
    /// The estimated peak memory of the process, in bytes.
    public let memory: Int
    /// Warnings about the mask or the painting.
    public let warnings: [HarmonizationWarning]
    /// The cost of input, output and the syntheses, in seconds at speed 1.
    let rest: Double

    /// A pass at a size.
    public struct Step: Equatable, Sendable {
        /// 1 or 2.
        public let pass: Int
        /// The reduction factor along each axis: 1 at full size, 2 at half, and so on.
        public let reduction: Int
        /// The sizes of the reduced painting, and of the crop of it around the object.
        public let painting, crop: Size
        /// The number of pixels that may change.
        public let variables: Int
        /// The maximal number of evaluations of loss and gradient, at least 1.
        public let evaluations: Int
        /// The weights of the losses.
        public let weights: LossWeights
        /// The cost of the set-up and of an evaluation, in seconds at speed 1.
        let cost: TimeEstimate
    }

    /// The estimated time of the harmonization on a machine of the given speed, in seconds.
    public func seconds(speed: WorkSpeed) -> Double { work(steps.count) / speed.factor }

    /// The fraction of the work, 0…1, that is complete after `evaluations` of the step at `index`.
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
