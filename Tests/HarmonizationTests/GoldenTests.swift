import Harmonization
import Imaging
import NeuralNet
import Tensors
import Testing

/// Every tensor of the golden scene, reproduced.
@Suite struct GoldenTests {
    private let scene = Scene.shared
    private var targets: StyleTargets { scene.targets }
    /// The oracle's, which blends an object once more by its soft mask.
    private var blendMask: Mask { scene.composition.mask.blurred(size: 7, sigma: 1.5) }

    @Test func `composite, blend mask, loose mask and blend`() {
        expectClose(scene.composition.composite.values, scene.image("composite").values, "composite")
        expectClose(blendMask.values, scene.values("blend_mask"), "blend mask")
        expectClose(
            scene.composition.blended(scene.image("x"), by: blendMask).values, scene.image("blend(x)").values,
            "blend(x)")
        #expect(scene.mask("mask").loosened(size: 9).values == FloatBuffer(scene.values("loose_mask")))
    }

    @Test(arguments: VGG16.Tap.allCases) func `features and carried masks`(tap: VGG16.Tap) throws {
        let x = scene.image("x")
        let picture = Tensor(shape: [x.height, x.width, 3], values: x.values)
        let features = try #require(scene.network.features(of: picture, at: [tap])[tap])
        let name = "\(tap.rawValue)(x)"
        #expect([features.shape[2], features.shape[0], features.shape[1]] == scene.file.shape(of: name))
        expectClose(features.values, scene.channelsLast(name), name)
        let masks = FeatureMasks.carried(scene.mask("loose_mask"), to: [tap], of: scene.network)
        expectClose(masks[tap]?.values ?? [], scene.values("mask" + tap.rawValue.dropFirst(4)), "mask at \(tap)")
        let scale = scene.values("tap_scale")[tap.depth]
        expectClose([targets.tapScale[tap] ?? 0], [scale], "scale of \(tap)")
    }

    @Test func `the same network with average pooling`() throws {
        let weights = try Weights(importing: Scene.path("network.safetensors"))
        let average = try Weights(mean: weights.mean, std: weights.std, pooling: .average, layers: weights.layers)
        let x = scene.image("x")
        let features = VGG16(average).features(
            of: Tensor(shape: [x.height, x.width, 3], values: x.values), at: [.relu5_1])
        expectClose(features[.relu5_1]?.values ?? [], scene.channelsLast("avg.relu5_1(x)"), "avg.relu5_1(x)")
    }

    @Test(arguments: StyleTargets.firstTaps) func `matches and Grams of pass 1`(tap: VGG16.Tap) {
        let name = tap.rawValue.dropFirst(4)
        expectMatches(targets.firstMatches[tap], scene.indices("pass1.match\(name)"))
        expectClose(targets.firstGrams[tap]?.values ?? [], scene.values("pass1.gram\(name)"), "Gram at \(tap)")
    }

    @Test func `losses and gradient of pass 1`() {
        let pass = targets.firstPass(weights: Settings.faithful.pass1Weights(level: 5))
        let (losses, gradient) = pass.evaluate(scene.image("x"))
        expectTerms(losses, pass: "pass1", styles: StyleTargets.firstTaps)
        expectClose(gradient.values, scene.image("pass1.gradient").values, "pass1.gradient")
        expectClose(
            scene.composition.blended(scene.image("x"), by: blendMask).values, scene.image("pass1.result").values,
            "pass1.result")
    }

    @Test func `the match of pass 2, refined by the painting's colours`() throws {
        let field = try secondMatch()
        expectMatches(field, scene.indices("pass2.matched4_1"))
        let guide = scene.composition.painting.guide(of: Size(width: field.width, height: field.height))
        expectClose(guide.values, scene.image("pass2.guide").values, "guide")
        expectMatches(targets.refined(field), scene.indices("pass2.refined4_1"))
    }

    @Test(arguments: StyleTargets.secondTaps) func `fields, kept positions and Grams of pass 2`(tap: VGG16.Tap) throws {
        let field = targets.refined(try secondMatch())
        let name = tap.rawValue.dropFirst(4)
        let shape = scene.file.shape(of: "pass2.field\(name)") ?? []
        let keep = targets.keep(at: tap, through: field)
        #expect([keep.field.height, keep.field.width] == shape)
        expectMatches(keep.field, scene.indices("pass2.field\(name)"))
        #expect(keep.mask.values == FloatBuffer(scene.values("pass2.keep\(name)")))
        let style = try #require(try targets.styleFeatures([tap: keep])[tap])
        expectClose(
            Gram.matrix(style.features, weights: style.weights).values, scene.values("pass2.gram\(name)"),
            "Gram at \(tap)")
    }

    @Test(arguments: StyleTargets.histogramTaps) func `histograms of pass 2 and the remaps`(tap: VGG16.Tap) throws {
        let name = tap.rawValue.dropFirst(4)
        let keep = targets.keep(at: tap, through: targets.refined(try secondMatch()))
        let features = try #require(try targets.styleFeatures([tap: keep])[tap]).features
        let histogram = ChannelHistogram(features)
        expectCounts(histogram, of: features, scene.values("pass2.histogram\(name)"))
        expectClose(histogram.low, scene.values("pass2.lo\(name)"), "lo")
        expectClose(histogram.high, scene.values("pass2.hi\(name)"), "hi")

        let golden = ChannelHistogram(
            counts: scene.values("pass2.histogram\(name)"), low: scene.values("pass2.lo\(name)"),
            high: scene.values("pass2.hi\(name)"))
        let input = scene.rows("pass2.remap_in\(name)")
        for range in HistogramRange.allCases {
            let remapped = HistogramRemap(onto: golden, range: range)(input.transposed()).transposed()
            expectClose(remapped.values, scene.rows("pass2.remap_\(range.rawValue)\(name)").values, "remap_\(range)")
        }
    }

    /// The counts, but for values so near to an edge between two bins that the last bits decide.
    private func expectCounts(_ histogram: ChannelHistogram, of features: Tensor, _ golden: [Float]) {
        let (bins, channels, values) = (ChannelHistogram.bins, features.shape[1], features.values)
        for channel in 0..<channels {
            let (low, high) = (histogram.low[channel], histogram.high[channel])
            let undecided = stride(from: channel, to: values.count, by: channels).count { i in
                let position = (values[i] - low) * Float(bins) / (high - low)
                return high > low && abs(position - position.rounded()) < 1e-3 && position > 0.5
                    && position < Float(bins) - 0.5
            }
            let counts = histogram.counts[channel * bins..<(channel + 1) * bins]
            let moved = zip(counts, golden[channel * bins..<(channel + 1) * bins]).reduce(0) { $0 + abs($1.0 - $1.1) }
            #expect(moved <= Float(2 * undecided), "channel \(channel): \(moved / 2) moved, \(undecided) undecided")
        }
    }

    @Test func `losses, weights and gradient of pass 2`() throws {
        #expect(abs(Double(scene.composition.painting.medianVariation) / scene.number("median_tv") - 1) <= 1e-5)
        let weights = Settings.faithful.pass2Weights(
            level: 5, smoothness: LossWeights.smoothness(medianVariation: scene.composition.painting.medianVariation))
        expectClose(
            [weights.style, weights.histogram, weights.tv].map(Float.init), scene.values("pass2.weights"), "weights")
        let pass = try targets.secondPass(after: scene.image("pass1.result"), weights: weights, range: .style)
        let (losses, gradient) = pass.evaluate(scene.image("x"))
        expectTerms(losses, pass: "pass2", styles: StyleTargets.secondTaps)
        for tap in StyleTargets.histogramTaps {
            expectTerm(losses.histogram[tap], "pass2.histogram:\(tap.rawValue.dropFirst(4))")
        }
        expectTerm(losses.tv, "pass2.tv")
        expectClose(gradient.values, scene.image("pass2.gradient").values, "pass2.gradient")
    }

    private func secondMatch() throws -> FeatureNearestNeighborField {
        try targets.secondMatch(scene.image("pass1.result"))
    }

    /// Equal wherever the reference asked for a match.
    private func expectMatches(
        _ field: FeatureNearestNeighborField?, _ expected: [Int], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(field?.matches.count == expected.count, sourceLocation: sourceLocation)
        let wrong = expected.indices.filter { expected[$0] >= 0 && expected[$0] != field?.matches[$0] }
        #expect(wrong.isEmpty, "positions \(wrong)", sourceLocation: sourceLocation)
        #expect(expected.contains { $0 >= 0 }, sourceLocation: sourceLocation)
    }

    private func expectTerms(_ losses: LossRecord, pass: String, styles: [VGG16.Tap]) {
        expectTerm(losses.content, "\(pass).content")
        for tap in styles { expectTerm(losses.style[tap], "\(pass).style:\(tap.rawValue.dropFirst(4))") }
        expectTerm(losses.total, "\(pass).total")
    }

    private func expectTerm(_ value: Double?, _ name: String) {
        let expected = scene.number(name)
        #expect(abs((value ?? .nan) / expected - 1) <= 1e-4, "\(name): \(value ?? .nan) for \(expected)")
    }
}
