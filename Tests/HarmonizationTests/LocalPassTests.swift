import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// Losses and gradients from the part of the painting that may change are those of the whole painting.
@Suite struct LocalPassTests {
    private static let size = Size(width: 467, height: 421)

    /// An object's ellipse: centre and radii.
    struct Place: CustomTestStringConvertible {
        let name: String
        let x, y, rx, ry: Double
        var testDescription: String { name }
    }

    static let places = [
        Place(name: "inside", x: 233, y: 200, rx: 20, ry: 14), Place(name: "top left", x: 3, y: 2, rx: 18, ry: 15),
        Place(name: "bottom right", x: 465, y: 419, rx: 18, ry: 15),
        Place(name: "right edge", x: 467, y: 190, rx: 9, ry: 30),
        Place(name: "one pixel", x: 290, y: 240, rx: 0.6, ry: 0.6),
        Place(name: "everything", x: 233, y: 210, rx: 600, ry: 600),
    ]

    private static func picture(seed: UInt64) -> Image {
        .noise(Size(width: 40, height: 36), seed: seed).resampled(to: size)
    }

    private static func tensor(_ image: Image) -> Tensor {
        Tensor(shape: [image.height, image.width, 3], values: image.values)
    }

    /// The scene in its crop, and in a crop that is the whole frame.
    private static func compositions(_ place: Place) throws -> (crop: Composition, whole: Composition) {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (u, v) = ((Double(x) - place.x) / place.rx, (Double(y) - place.y) / place.ry)
                if u * u + v * v <= 1 { mask[x, y] = 1 }
            }
        }
        let placed = try PlacedObject(picture(seed: 2), mask: mask, in: size)
        return (
            try Composition(painting: picture(seed: 1), object: placed, reach: VGG16.builtIn.reach),
            try Composition(
                painting: picture(seed: 1), object: placed, reach: VGG16.builtIn.reach, crop: .whole(of: size))
        )
    }

    @Test(arguments: places) func `the crop holds the whole scene`(place: Place) throws {
        let (composition, whole) = try Self.compositions(place)
        let crop = composition.crop
        #expect(crop.part(of: whole.composite) == composition.composite)
        for (part, all) in [
            (composition.mask, whole.mask), (composition.looseMask, whole.looseMask),
            (composition.blendMask, whole.blendMask),
        ] {
            #expect(crop.part(of: all) == part)
            #expect(all.values.filter { $0 > 0 }.count == part.values.filter { $0 > 0 }.count)
        }
        for (part, limit) in [(crop.columns, Self.size.width), (crop.rows, Self.size.height)] {
            #expect(part.lowerBound % 16 == 0 && (part.upperBound % 16 == 0 || part.upperBound == limit))
        }
        let loose = try #require(whole.looseMask.bounds)
        #expect(crop.columns.lowerBound == max(0, (loose.columns.lowerBound - 160) / 16 * 16))
        #expect(crop.rows.upperBound == min(Self.size.height, (loose.rows.upperBound + 175) / 16 * 16))
        for tap in VGG16.Tap.allCases {
            #expect(
                FeatureMasks.tight(composition, at: tap)
                    == composition.crop(at: tap).part(of: FeatureMasks.tight(whole, at: tap)))
        }
    }

    @Test(arguments: places) func `the match and Grams of pass 1 are the whole painting's`(place: Place) throws {
        let (composition, whole) = try Self.compositions(place)
        try Self.expectSameFirstPass(composition, whole, Scene.shared.network)
    }

    /// Expects that pass 1's matches and Grams are the same from the crop as from the whole frame.
    static func expectSameFirstPass(_ composition: Composition, _ whole: Composition, _ network: VGG16) throws {
        let part = try StyleTargets(composition, network: network), all = try StyleTargets(whole, network: network)
        for tap in StyleTargets.firstTaps {
            let field = try #require(part.firstMatches[tap]), wholeField = try #require(all.firstMatches[tap])
            let crop = composition.crop(at: tap)
            let expected = crop.rows.flatMap { y in crop.columns.map { wholeField.matches[y * wholeField.width + $0] } }
            #expect(field.matches == expected)
            let comparison = Comparison(
                try #require(part.firstGrams[tap]).values, try #require(all.firstGrams[tap]).values)
            #expect(comparison.error <= 1e-5, "\(comparison)")
        }
    }

    @Test(arguments: places) func `losses and gradient equal the whole painting's`(place: Place) throws {
        let (composition, frame) = try Self.compositions(place)
        let targets = try StyleTargets(composition, network: Scene.shared.network)
        let taps = StyleTargets.firstTaps
        let masks = FeatureMasks.carried(frame.looseMask, to: taps, of: Scene.shared.network)
        let network = Scene.shared.network.dividingFeatures(by: targets.tapScale)
        let composite = network.features(of: Self.tensor(frame.composite), at: taps)
        let x = frame.composite.composited(with: Self.picture(seed: 3), mask: frame.looseMask)
        let (losses, gradient) = targets.firstPass(weights: Settings.faithful.pass1Weights(level: 5))
            .evaluate(composition.crop.part(of: x))

        // The same losses by the same functions, over the whole painting.
        let (features, backward) = network.differentiableFeatures(of: Self.tensor(x), at: taps)
        var gradients: [VGG16.Tap: Tensor] = [:]
        for tap in taps {
            let values = try #require(features[tap]), mask = try #require(masks[tap])
            var gradient = Tensor(shape: values.shape, repeating: 0)
            let style = StyleLoss(target: try #require(targets.firstGrams[tap]), mask: mask, part: 1.0 / 3)(
                values, weight: 20, into: &gradient)
            #expect(abs((losses.style[tap] ?? .nan) / style - 1) <= 1e-4)
            if tap == .relu4_1 {
                let target = try #require(composite[tap])
                let content = ContentLoss(target: target, mask: mask)(values, into: &gradient)
                #expect(abs(losses.content / content - 1) <= 1e-4)
            }
            gradients[tap] = gradient
        }
        var whole = backward(gradients).values
        for i in whole.indices { whole[i] *= frame.looseMask.values[i / 3] }
        let expected = composition.crop.part(of: Image(width: x.width, height: x.height, values: whole))
        let comparison = Comparison(gradient.values, expected.values)
        #expect(comparison.error <= 1e-4, "\(comparison)")
    }

    @Test(arguments: places) func `pass 2 gives the same in the crop as over the whole painting`(place: Place) throws {
        let (composition, frame) = try Self.compositions(place)
        let x = frame.composite.composited(with: Self.picture(seed: 3), mask: frame.looseMask)
        let weights = Settings.faithful.pass2Weights(level: 5, smoothness: 0.5)
        func evaluation(_ composition: Composition, _ region: Region?) throws -> (losses: LossRecord, gradient: Image) {
            try StyleTargets(composition, network: Scene.shared.network, region: region)
                .secondPass(after: composition.composite, weights: weights, range: .style)
                .evaluate(composition.crop.part(of: x))
        }
        let part = try evaluation(composition, nil), whole = try evaluation(frame, .whole(of: Self.size))
        #expect(abs(part.losses.content / whole.losses.content - 1) <= 1e-4)
        #expect(abs(part.losses.tv / whole.losses.tv - 1) <= 1e-4)
        for tap in StyleTargets.secondTaps {
            let (style, wholeStyle) = (part.losses.style[tap] ?? .nan, whole.losses.style[tap] ?? .nan)
            #expect(abs(style / wholeStyle - 1) <= 1e-4, "style at \(tap)")
        }
        for tap in StyleTargets.histogramTaps {
            let (value, wholeValue) = (part.losses.histogram[tap] ?? .nan, whole.losses.histogram[tap] ?? .nan)
            #expect(abs(value / wholeValue - 1) <= 1e-4, "histogram at \(tap)")
        }
        let comparison = Comparison(part.gradient.values, composition.crop.part(of: whole.gradient).values)
        #expect(comparison.error <= 1e-4, "\(comparison)")
    }
}
