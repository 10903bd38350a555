internal import Compute
internal import Geometry
internal import Imaging

/// What a picture's patches are compared by, in planes: L, a and b; the same blurred; the detail of L; stroke energy.
struct GuidePlanes: Sendable {
    /// The picture's colours, and the colour guide G_σ ∗ Lab.
    private(set) var lab, color: LabImage
    /// The detail guide G₀.₇ ∗ (L − G_σ ∗ L).
    private(set) var detail: FloatBuffer?
    /// The stroke energy.
    private(set) var energy: FloatBuffer?

    /// The number of channels of ``interleave(into:stride:part:times:)``.
    static let channels = 8

    /// The planes of `lab`, in a level of the pyramid whose pixels are 1/`scale` of those that `weights` counts in.
    init(of lab: LabImage, _ weights: GuideWeights, scale: Double) {
        self.lab = lab
        let sigmas = Sigmas(weights, scale: scale), size = Size(width: lab.width, height: lab.height)
        color = lab.blurred(sigma: sigmas.color)
        if weights.detail > 0 {
            detail = lab.lightness.subtracting(lab.lightness.blurred(size, sigma: sigmas.base))
                .blurred(size, sigma: sigmas.detail)
        }
        if weights.energy > 0 { energy = StrokeEnergy.plane(of: lab.lightness, size: size, sigma: sigmas.energy) }
    }

    /// The planes that a target aims at: the colours of this guide, the details of `structure` with the strength of the
    /// painting's, and its stroke energy at each lightness.
    func aiming(at painting: GuidePlanes, structure: GuidePlanes, where mask: Mask, _ weights: GuideWeights)
        -> GuidePlanes
    {
        var aim = self
        if let painted = painting.detail, let detail = structure.detail {
            let factor = Float(painted.deviation() / (detail.deviation(where: mask) + 1e-4))
            aim.detail = detail.mapped { factor * $0 }
        }
        if let energy = painting.energy {
            let table = EnergyTable(energy, at: painting.color.lightness, quantile: weights.energyQuantile)
            aim.energy = color.lightness.mapped { table[$0] }
        }
        return aim
    }

    /// The number of pixels around one that its values depend on.
    static func reach(_ weights: GuideWeights, scale: Double) -> Int {
        let sigmas = Sigmas(weights, scale: scale)
        return max(
            Self.radius(sigmas.color),
            weights.detail > 0 ? Self.radius(sigmas.base) + Self.radius(sigmas.detail) : 0,
            weights.energy > 0 ? Self.radius(2 * sigmas.energy) + Self.radius(sigmas.energy) : 0)
    }

    private static func radius(_ sigma: Double) -> Int { GaussianBlur.size(sigma: sigma) / 2 }

    /// Writes the weighted values of `part` of the planes, which may reach beyond their edge and then repeats it, as 8
    /// channels per pixel: L, a and b; the colour guide's L, a and b; detail; energy. Squared differences of all eight
    /// then add up to the cost of a match.
    func interleave(
        _ part: Region, into out: UnsafeMutablePointer<Float>, stride: Int, _ weights: GuideWeights,
        pictureOnly: Bool = false
    ) {
        let (l, ab) = (1 / Float(100), weights.chroma / 100)
        set(0, lab.lightness, l, part, out, stride)
        set(1, lab.a, ab, part, out, stride)
        set(2, lab.b, ab, part, out, stride)
        if pictureOnly { return }
        set(3, color.lightness, weights.color * l, part, out, stride)
        set(4, color.a, weights.color * ab, part, out, stride)
        set(5, color.b, weights.color * ab, part, out, stride)
        set(6, detail, weights.detail * l, part, out, stride)
        set(7, energy, weights.energy * l, part, out, stride)
    }

    private func set(
        _ channel: Int, _ plane: FloatBuffer?, _ weight: Float, _ part: Region, _ out: UnsafeMutablePointer<Float>,
        _ stride: Int
    ) {
        let (width, height) = (lab.width, lab.height)
        guard let plane else {
            for y in 0..<part.rows.count {
                for x in 0..<part.columns.count { out[y * stride + x * Self.channels + channel] = 0 }
            }
            return
        }
        plane.read { plane in
            parallelFor(part.rows.count) { y in
                let row = plane + min(max(part.rows.lowerBound + y, 0), height - 1) * width
                let to = out + y * stride + channel
                for (i, x) in part.columns.enumerated() {
                    to[i * Self.channels] = weight * row[min(max(x, 0), width - 1)]
                }
            }
        }
    }

    /// Replaces the detail guide by that of `structure`.
    mutating func takeDetail(of structure: GuidePlanes) { detail = structure.detail }

    /// The picture replaced; the guides stay.
    func with(_ picture: LabImage) -> GuidePlanes {
        var planes = self
        planes.lab = picture
        return planes
    }

    /// The σ of the blurs at a level. At small ones they do not shrink any further.
    private struct Sigmas {
        let color, base, detail, energy: Double

        init(_ weights: GuideWeights, scale: Double) {
            color = max(weights.colorSigma * scale, 0.6)
            base = max(weights.detailSigma * scale, 1)
            detail = max(0.7 * scale, 0.3)
            energy = max(weights.energySigma * scale, 0.6)
        }
    }
}

extension LabImage {
    /// All three planes blurred by a Gaussian.
    fileprivate func blurred(sigma: Double) -> LabImage {
        let size = Size(width: width, height: height)
        var result = self
        result.lightness = lightness.blurred(size, sigma: sigma)
        result.a = a.blurred(size, sigma: sigma)
        result.b = b.blurred(size, sigma: sigma)
        return result
    }
}

extension FloatBuffer {
    /// This plane of `size` convolved with a Gaussian.
    fileprivate func blurred(_ size: Size, sigma: Double) -> FloatBuffer {
        GaussianBlur.blur(self, size, channels: 1, sigma: sigma)
    }

    /// The difference to another plane.
    fileprivate func subtracting(_ other: FloatBuffer) -> FloatBuffer {
        FloatBuffer(count: count) { out in
            read { own in other.read { other in for i in 0..<count { out[i] = own[i] - other[i] } } }
        }
    }

    /// The plane with each value transformed.
    fileprivate func mapped(_ transform: (Float) -> Float) -> FloatBuffer {
        FloatBuffer(count: count) { out in read { own in for i in 0..<count { out[i] = transform(own[i]) } } }
    }

    /// The standard deviation, of the values where `mask` is above 0 only.
    fileprivate func deviation(where mask: Mask? = nil) -> Double {
        var (sum, squares, number) = (0.0, 0.0, 0.0)
        for (i, value) in enumerated() where mask.map({ $0.values[i] > 0 }) ?? true {
            sum += Double(value)
            squares += Double(value) * Double(value)
            number += 1
        }
        guard number > 0 else { return 0 }
        return Swift.max(squares / number - (sum / number) * (sum / number), 0).squareRoot()
    }
}
