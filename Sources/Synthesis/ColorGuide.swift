internal import Foundation
package import Imaging

/// The colours that an object is to have in a painting: the guide of the syntheses.
///
/// From the repainted picture S (which has the painting's tones, but mottled and muddy), the composite and the
/// painting, all in CIELAB with C = √(a² + b²) the chroma:
///
/// 1. K is the composite projected onto the painting's palette (``PaletteProjection``) inside the object.
/// 2. L = ``lightnessShare``·L_S + (1 − ``lightnessShare``)·L_K, and a and b are s·S + (1 − s)·K with
///    s = ``shareWithoutChroma`` − C_K/100, held to ``colorShares``. Vivid things keep their identity in the painting's
///    words; greys, dull tones and colours for which the painting has no word take the tint of the scene.
/// 3. One surface, one colour: a and b become locally affine functions of the composite's RGB (guided filter, He, Sun
///    and Tang 2013), with all sums inside the region.
/// 4. The palette once more, as a mixture of two of the painting's colours need not be one of them: ¾ of a and b and
///    ½ of L move to the projection of what step 3 gave, here to the most frequent colours nearby: white paint that
///    is a little yellow in a few places is not to become yellow.
/// 5. Contrast: projections move tones together. L is stretched about its mean in the object until its standard
///    deviation there is that of S, but at most ``largestContrastGain`` times.
/// 6. Chroma: a mixture of two hues is greyer than both. a and b are multiplied in the object until their mean chroma
///    there is the larger one of S's and K's, but at most by ``largestChromaGain``; less where the object's mask is
///    below 1.
///
/// Nothing depends on the number of threads.
package struct ColorGuide: Sendable {
    /// Whether a and b stay the composite's, so that only the lightness changes.
    package var keepingColors = false

    /// S's share of L in step 2; the palette has the rest.
    package var lightnessShare: Float = 0.6
    /// S's share of a and b in step 2 for greys. It falls by 0.01 for each unit of K's chroma, a mean around the pixel.
    package var shareWithoutChroma: Float = 0.8
    /// The limits of S's share of a and b.
    package var colorShares: ClosedRange<Float> = 0.3...0.8
    /// The σ in pixels of the mean of the chroma.
    package var chromaSigma: Double = 2

    /// The radius of the guided filter in pixels: by default 30 at a long side of the painting of 700, and at least 8.
    package var radius: Int
    /// The guided filter's ε, in squared units of sRGB (0…1).
    package var epsilon: Double = 0.002

    /// Mean shift of the composite: σ in units of CIELAB (L: 0…100), and the number of steps.
    package var firstProjection = (sigma: 5.0, steps: 2)
    /// Mean shift of the filtered mixture.
    package var secondProjection = (sigma: 3.5, steps: 3)
    /// The share of the second projection in L.
    package var secondLightnessShare: Float = 0.5
    /// The share of the second projection in a and b.
    package var secondColorShare: Float = 0.75
    /// The most that the contrast of L grows in step 5.
    package var largestContrastGain = 1.5
    /// The most that the chroma grows in step 6.
    package var largestChromaGain = 1.35

    /// The painting's palette in 30 cells per 100 units, for the composite, and in 40, by frequency, for the mixture.
    private let palettes: (PaletteProjection, PaletteProjection)

    /// A guide for `painting`.
    package init(of painting: Image) {
        let lab = LabImage(painting)
        palettes = (
            PaletteProjection(of: lab, cellsPer100: 30),
            PaletteProjection(of: lab, cellsPer100: 40, favorsRareColors: false)
        )
        radius = Self.radius(for: painting.size)
    }

    /// The guided filter's radius for a painting.
    package static func radius(for painting: Size) -> Int {
        max(8, Int((30 * Double(max(painting.width, painting.height)) / 700).rounded(.toNearestOrEven)))
    }

    /// The region of the guide for a loose mask: 1 where its blur (σ 2) exceeds 0.01, else 0.
    package static func region(of loose: Mask) -> Mask {
        let blur = GaussianBlur.blur(loose.values, loose.size, channels: 1, sigma: 2)
        return Mask(width: loose.width, height: loose.height, values: blur.map { $0 > 0.01 ? 1 : 0 })
    }

    /// How far the guide's colours hold, by the chroma C of the composite (a mean around the pixel): 0.3 + C/100, at
    /// most 0.7. Greys and dull tones may be painted in whatever colours the painter mixed them of.
    ///
    /// - Parameters:
    ///   - composite: the composite.
    ///   - mask: of the same size: its values weigh the pixels of the mean.
    package static func anchorShares(of composite: Image, in mask: Mask) -> Mask {
        let chroma = GaussianBlur.normalizedBlur(
            LabImage(composite).chroma, weights: mask, channels: 1, sigma: 5)
        return Mask(
            width: mask.width, height: mask.height, values: chroma.map { min(0.3 + $0 / 100, 0.7) })
    }

    /// The guide: S with new colours in the region, in 0…1; outside it is S bit for bit.
    ///
    /// - Parameters:
    ///   - stage: S, in a crop of the painting's frame.
    ///   - composite: C in the same crop.
    ///   - object: the tight mask there. Where it is above ``PaletteProjection/leastWeight``, the composite is
    ///     projected.
    ///   - region: where there is to be a guide, 0 or 1, in the same crop; see ``region(of:)``.
    package func picture(stage: Image, composite: Image, object: Mask, region: Mask) -> Image {
        let size = stage.size
        precondition(
            composite.size == size && object.size == size && region.size == size,
            "a composite of \(composite.size), an object of \(object.size) and a region of \(region.size) for \(size)")
        guard let bounds = region.bounds else { return stage }
        // What pixels of the region depend on: the object's blur reaches beyond the region only if the object does.
        let reach = GaussianBlur.size(sigma: max(PaletteProjection.smoothing, chromaSigma)) / 2 + 1
        let box = bounds.grown(by: reach, within: .whole(of: size))
        let own = box.part(of: stage), region = box.part(of: region)
        let guide = colored(own, box.part(of: composite), box.part(of: object), region)
        return Overlay(own.replaced(by: guide, where: region), at: box.origin).laid(into: stage)
    }

    private func colored(_ stage: Image, _ composite: Image, _ object: Mask, _ region: Mask) -> Image {
        let colors = LabImage(composite)
        let projected = palettes.0.projected(
            colors, where: object, sigma: firstProjection.sigma, steps: firstProjection.steps)
        var guide = LabImage(stage)
        let (tones, chroma) = (guide.lightness, [guide.chroma, projected.chroma])
        guide.lightness.mix(with: projected.lightness, share: 1 - lightnessShare)
        if keepingColors {
            (guide.a, guide.b) = (colors.a, colors.b)
        } else {
            let shares = paletteShares(of: projected, region)
            guide.a.mix(with: projected.a, shares: shares)
            guide.b.mix(with: projected.b, shares: shares)
            let filter = GuidedFilter(radius: radius, epsilon: epsilon)
            guide.a = filter.filtered(guide.a, guide: composite, mask: region)
            guide.b = filter.filtered(guide.b, guide: composite, mask: region)
        }
        let again = palettes.1.projected(
            guide, where: region, sigma: secondProjection.sigma, steps: secondProjection.steps)
        guide.lightness.mix(with: again.lightness, share: secondLightnessShare)
        if !keepingColors {
            guide.a.mix(with: again.a, share: secondColorShare)
            guide.b.mix(with: again.b, share: secondColorShare)
        }
        stretch(&guide.lightness, towards: tones, object)
        if !keepingColors { saturate(&guide, towards: chroma, object) }
        var result = Image(guide)
        result.clamp()
        return result
    }

    /// Gives `lightness` the contrast of `wanted` in the `object`, where that has more.
    private func stretch(_ lightness: inout FloatBuffer, towards wanted: FloatBuffer, _ object: Mask) {
        let own = Spread(of: lightness, weights: object.values), other = Spread(of: wanted, weights: object.values)
        guard own.deviation > 0 else { return }
        let gain = Float(min(max(other.deviation / own.deviation, 1), largestContrastGain)), mean = Float(own.mean)
        let count = lightness.count
        lightness.write { values in
            for i in 0..<count { values[i] = min(max(mean + gain * (values[i] - mean), 0), 100) }
        }
    }

    /// Gives the colours of `guide` the largest of the mean chromas `wanted` in the `object`, where that has more.
    private func saturate(_ guide: inout LabImage, towards wanted: [FloatBuffer], _ object: Mask) {
        let mean = Spread(of: guide.chroma, weights: object.values).mean
        let largest = wanted.map { Spread(of: $0, weights: object.values).mean }.max() ?? 0
        guard mean > 0, largest > mean else { return }
        let more = Float(min(largest / mean, largestChromaGain) - 1), count = guide.a.count
        object.values.read { object in
            guide.a.write { a in for i in 0..<count { a[i] *= 1 + more * object[i] } }
            guide.b.write { b in for i in 0..<count { b[i] *= 1 + more * object[i] } }
        }
    }

    /// The palette's share of a and b, 1 − s, at each pixel, for its `colors` there.
    private func paletteShares(of colors: LabImage, _ region: Mask) -> FloatBuffer {
        let count = colors.a.count
        var shares = GaussianBlur.normalizedBlur(colors.chroma, weights: region, channels: 1, sigma: chromaSigma)
        shares.write { shares in
            for i in 0..<count {
                let share = shareWithoutChroma - shares[i] / 100
                shares[i] = 1 - min(max(share, colorShares.lowerBound), colorShares.upperBound)
            }
        }
        return shares
    }
}

/// The weighted mean and standard deviation of values; 0 without any weight.
private struct Spread {
    let mean, deviation: Double

    init(of values: FloatBuffer, weights: FloatBuffer) {
        let count = values.count
        var total = 0.0, sum = 0.0, squares = 0.0
        values.read { values in
            weights.read { weights in
                for i in 0..<count {
                    let weight = Double(weights[i]), value = Double(values[i])
                    total += weight
                    sum += weight * value
                    squares += weight * value * value
                }
            }
        }
        mean = total > 0 ? sum / total : 0
        deviation = total > 0 ? max(0, squares / total - mean * mean).squareRoot() : 0
    }
}

extension LabImage {
    /// √(a² + b²) at each pixel.
    fileprivate var chroma: FloatBuffer {
        FloatBuffer(count: a.count) { chroma in
            a.read { a in
                b.read { b in
                    for i in 0..<width * height { chroma[i] = (a[i] * a[i] + b[i] * b[i]).squareRoot() }
                }
            }
        }
    }
}

extension FloatBuffer {
    /// These values times (1 − `share`) plus `other` times `share`.
    fileprivate mutating func mix(with other: FloatBuffer, share: Float) {
        let count = count
        write { values in other.read { other in for i in 0..<count { values[i] += share * (other[i] - values[i]) } } }
    }

    /// The same with a share for each value.
    fileprivate mutating func mix(with other: FloatBuffer, shares: FloatBuffer) {
        let count = count
        write { values in
            other.read { other in
                shares.read { shares in
                    for i in 0..<count { values[i] += shares[i] * (other[i] - values[i]) }
                }
            }
        }
    }
}
