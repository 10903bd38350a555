package import Imaging
package import NeuralNet
package import Optimization
package import Tensors

/// The state of a pass's minimisation between two optimizer steps.
package struct PassState: Sendable {
    package let minimization: Minimization
    /// The losses of all evaluations so far.
    package let evaluations: [LossRecord]
}

/// The objective of one of the two passes: the losses with their targets, and the pixels that may change.
package struct Pass: Sendable {
    /// 1 or 2.
    package let number: Int
    package let weights: LossWeights

    private let network: LocalVGG16
    /// The part of the crop that each evaluation passes through the network; it contains every pixel with D = 1.
    private let region: Region
    /// The flat indices, in the region, of the pixels with D = 1.
    private let positions: [Int]
    private let kind: PixelVariables.Kind
    private let taps: [VGG16.Tap]
    private let content: ContentLoss
    private let styles: [VGG16.Tap: StyleLoss]
    private let histograms: [VGG16.Tap: HistogramLoss]
    private let matched: [VGG16.Tap: MatchedFeatureLoss]
    private let tv: TotalVariation?

    /// A pass with the given targets.
    ///
    /// - Parameters:
    ///   - network: local to `region` of the composite.
    ///   - masks: the loose mask at the taps of `grams` (which include relu4_1).
    ///   - grams: the style's Gram matrix at each tap.
    ///   - remaps: the style's histogram at the taps that have a histogram loss.
    ///   - matched: the matched-feature loss, in the network's region, at those of the taps that have one.
    ///   - smooths: whether there is a total-variation loss.
    ///   - kind: what is optimised of the pixels.
    package init(
        number: Int, weights: LossWeights, composition: Composition, network: LocalVGG16, region: Region,
        masks: [VGG16.Tap: Mask], grams: [VGG16.Tap: Tensor],
        remaps: [VGG16.Tap: HistogramRemap] = [:], matched: [VGG16.Tap: MatchedFeatureLoss] = [:],
        smooths: Bool = false, variables kind: PixelVariables.Kind = .colors
    ) {
        let local = masks.reduce(into: [VGG16.Tap: Mask]()) { local, entry in
            local[entry.key] = network.regions[entry.key]?.part(of: entry.value)
        }
        let loose = region.part(of: composition.looseMask)
        (self.number, self.weights, self.network) = (number, weights, network)
        self.region = region
        let start = Tensor(region.part(of: composition.composite))
        positions = loose.positions
        self.kind = kind
        self.matched = matched
        taps = grams.keys.sorted()
        // Computed by the local network, as in the evaluations, so that the composite's own loss is exactly 0.
        guard let contentMask = local[.relu4_1], let target = network.features(of: start, at: [.relu4_1])[.relu4_1]
        else { preconditionFailure("both passes read relu4_1") }
        content = ContentLoss(target: target, mask: contentMask)
        var styles: [VGG16.Tap: StyleLoss] = [:]
        var histograms: [VGG16.Tap: HistogramLoss] = [:]
        for (tap, gram) in grams {
            guard let mask = local[tap] else { preconditionFailure("no mask was carried to \(tap)") }
            styles[tap] = StyleLoss(target: gram, mask: mask, part: 1 / Double(grams.count))
            if let remap = remaps[tap] {
                histograms[tap] = HistogramLoss(
                    remap: remap, positions: FeatureMasks.counted(mask), taps: remaps.count)
            }
        }
        self.styles = styles
        self.histograms = histograms
        tv = smooths ? TotalVariation(mask: loose) : nil
    }

    /// The losses at `x`, a picture of the crop's size that is the composite outside the region, and the gradient
    /// of the weighted sum with respect to its pixels, 0 outside D.
    package func evaluate(_ x: Image) -> (losses: LossRecord, gradient: Image) {
        let (losses, gradient) = evaluate(Tensor(region.part(of: x)))
        var masked = Tensor(shape: gradient.shape, repeating: 0)
        masked.addRows(gradient.rows(positions), at: positions)
        // Zero-padded from the region to the whole crop.
        return (losses, Region.whole(of: x.size).seen(from: region.origin).part(of: Image(masked)))
    }

    /// Receives an evaluation: its number from 1, its losses, the state at the start of its optimizer step (nil in the
    /// first), and a closure that computes its picture, of the crop's size.
    package typealias Report = (Int, LossRecord, PassState?, @escaping @Sendable () -> Image) -> Void

    /// Minimises the weighted sum of the losses.
    ///
    /// - Parameters:
    ///   - start: a picture of the crop's size that is the composite where D = 0.
    ///   - optimizer: the optimizer.
    ///   - state: an earlier state to continue from.
    ///   - evaluations: the number of evaluations of loss and gradient, those before `state` included, at least 1.
    ///   - isCancelled: polled after each evaluation; true ends the minimisation.
    ///   - report: called after each evaluation.
    /// - Returns: the picture of least loss, the losses of each evaluation, and the reason for the end.
    package func minimize(
        from start: Image, by optimizer: any Optimizer = LBFGS(), resuming state: PassState? = nil,
        evaluations count: Int,
        isCancelled: () -> Bool = { false }, report: Report = { _, _, _, _ in }
    ) -> (picture: Image, evaluations: [LossRecord], ended: StopReason) {
        let variables = PixelVariables(
            start: Tensor(region.part(of: start)), positions: positions, kind: kind)
        var evaluations = state?.evaluations ?? []
        var latest = state
        @Sendable func whole(_ z: Tensor) -> Image {
            Overlay(Image(variables.picture(z)), at: region.origin).laid(into: start)
        }
        var minimization =
            state?.minimization ?? Minimization(from: variables.origin, by: optimizer)
        let outcome = minimization.run(
            evaluations: count, isCancelled: isCancelled,
            stepped: { latest = PassState(minimization: $0, evaluations: evaluations) }
        ) { z in
            let (losses, gradient) = evaluate(variables.picture(z))
            evaluations.append(losses)
            report(evaluations.count, losses, latest) { whole(z) }
            return (losses.total, variables.gradient(gradient))
        }
        // Blocks of these sizes are not needed before the next minimisation.
        MemoryPool.shared.drain()
        return (whole(outcome.x), evaluations, outcome.ended)
    }

    /// The losses at `picture`, of the region's size, and the gradient of the weighted sum with respect to all its
    /// pixels.
    private func evaluate(_ picture: Tensor) -> (losses: LossRecord, gradient: Tensor) {
        var (features, backward) = network.differentiableFeatures(of: picture, at: taps)
        var losses = LossRecord(total: 0, content: 0, style: [:], histogram: [:], tv: 0)
        var gradients: [VGG16.Tap: Tensor] = [:]
        // In the order of the taps, so that sums round the same way every time.
        for tap in taps {
            // Each tap's features are released once its gradient is computed.
            guard let values = features.removeValue(forKey: tap) else {
                preconditionFailure("the network gave no features at \(tap)")
            }
            var gradient = Tensor(shape: values.shape, repeating: 0)
            if tap == .relu4_1 { losses.content = content(values, weight: Float(weights.content), into: &gradient) }
            losses.style[tap] = styles[tap]?(values, weight: Float(weights.style), into: &gradient)
            losses.histogram[tap] = histograms[tap]?(values, weight: Float(weights.histogram), into: &gradient)
            losses.matched[tap] = matched[tap]?(values, weight: Float(weights.matched), into: &gradient)
            gradients[tap] = gradient
        }
        var gradient = backward(consume gradients)
        losses.tv = tv?(picture, weight: Float(weights.tv), into: &gradient) ?? 0
        losses.total = weights.content * losses.content + weights.tv * losses.tv
        for tap in taps {
            losses.total += weights.style * (losses.style[tap] ?? 0) + weights.histogram * (losses.histogram[tap] ?? 0)
        }
        for tap in taps { if let matched = losses.matched[tap] { losses.total += weights.matched * matched } }
        return (losses, gradient)
    }
}
