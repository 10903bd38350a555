import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// Losses and gradients from the part of the painting that may change are those of the whole painting.
@Suite struct LocalPassTests {
    private static let size = Size(width: 331, height: 299)

    /// An object's ellipse: centre and radii.
    struct Place: CustomTestStringConvertible {
        let name: String
        let x, y, rx, ry: Double
        var testDescription: String { name }
    }

    static let places = [
        Place(name: "inside", x: 170, y: 140, rx: 20, ry: 14), Place(name: "top left", x: 3, y: 2, rx: 18, ry: 15),
        Place(name: "bottom right", x: 329, y: 297, rx: 18, ry: 15),
        Place(name: "right edge", x: 331, y: 140, rx: 9, ry: 30),
        Place(name: "one pixel", x: 200, y: 100, rx: 0.6, ry: 0.6),
        Place(name: "everything", x: 165, y: 150, rx: 400, ry: 400),
    ]

    private static func picture(seed: UInt64) -> Image {
        let coarse = Image(width: 40, height: 36, values: Tensor.random([36, 40, 3], in: 0...1, seed: seed).values)
        return coarse.resampled(to: size)
    }

    private static func composition(_ place: Place) throws -> Composition {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (u, v) = ((Double(x) - place.x) / place.rx, (Double(y) - place.y) / place.ry)
                if u * u + v * v <= 1 { mask[x, y] = 1 }
            }
        }
        return try Composition(painting: picture(seed: 1), object: PlacedObject(picture(seed: 2), mask: mask, in: size))
    }

    @Test(arguments: places) func `losses and gradient equal the whole painting's`(place: Place) throws {
        let composition = try Self.composition(place)
        let preparation = try Preparation(composition, network: Scene.shared.network)
        let taps = Preparation.firstTaps
        let masks = FeatureMasks.carried(composition.looseMask, to: taps)
        let grams = preparation.firstGrams(masks)
        let x = composition.composite.composited(with: Self.picture(seed: 3), mask: composition.looseMask)
        let (losses, gradient) = preparation.firstPass(weights: Settings().firstWeights).evaluate(x)

        // The same losses by the same functions, over the whole painting.
        let picture = Tensor(shape: [Self.size.height, Self.size.width, 3], values: x.values)
        let (features, backward) = preparation.network.differentiableFeatures(of: picture, at: taps)
        var gradients: [VGG16.Tap: Tensor] = [:]
        for tap in taps {
            let values = try #require(features[tap]), mask = try #require(masks[tap])
            var gradient = Tensor(shape: values.shape, repeating: 0)
            let style = StyleLoss(target: try #require(grams[tap]), mask: mask, taps: 3)(
                values, weight: 20, into: &gradient)
            #expect(abs((losses.style[tap] ?? .nan) / style - 1) <= 1e-4)
            if tap == .relu4_1 {
                let target = try #require(preparation.composite[tap])
                let content = ContentLoss(target: target, mask: mask)(values, into: &gradient)
                #expect(abs(losses.content / content - 1) <= 1e-4)
            }
            gradients[tap] = gradient
        }
        var whole = backward(gradients).values
        for i in whole.indices { whole[i] *= composition.looseMask.values[i / 3] }
        let comparison = Comparison(gradient.values, whole)
        #expect(comparison.error <= 1e-4, "\(comparison)")
    }

    @Test(arguments: places) func `pass 2 gives the same in the default region as over the whole painting`(
        place: Place
    ) throws {
        let composition = try Self.composition(place)
        let x = composition.composite.composited(with: Self.picture(seed: 3), mask: composition.looseMask)
        let weights = Settings().secondWeights(calm: 0.5)
        func evaluation(_ region: Region?) throws -> (losses: LossRecord, gradient: Image) {
            try Preparation(composition, network: Scene.shared.network, region: region)
                .secondPass(after: composition.composite, weights: weights, range: .style).evaluate(x)
        }
        let part = try evaluation(nil), whole = try evaluation(.whole(of: composition.looseMask))
        #expect(abs(part.losses.content / whole.losses.content - 1) <= 1e-4)
        #expect(abs(part.losses.tv / whole.losses.tv - 1) <= 1e-4)
        for tap in Preparation.secondTaps {
            let (style, wholeStyle) = (part.losses.style[tap] ?? .nan, whole.losses.style[tap] ?? .nan)
            #expect(abs(style / wholeStyle - 1) <= 1e-4, "style at \(tap)")
        }
        for tap in Preparation.histogramTaps {
            let (value, wholeValue) = (part.losses.histogram[tap] ?? .nan, whole.losses.histogram[tap] ?? .nan)
            #expect(abs(value / wholeValue - 1) <= 1e-4, "histogram at \(tap)")
        }
        let comparison = Comparison(part.gradient.values, whole.gradient.values)
        #expect(comparison.error <= 1e-4, "\(comparison)")
    }
}
