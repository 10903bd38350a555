internal import Compute
internal import Geometry

/// A picture of any program read as a mask.
///
///     let reading = try MaskReading(Picture.read("mask.png"), of: [photograph])
///     let placed = try PlacedObject(photograph.image, mask: reading.mask, in: painting.image.size)
///
/// In the order in which it is decided:
///
/// 1. *Alpha* that is not the same all over is the mask: that of a cut-out, whatever its colours. Where greys hold a
///    shape of black and white besides, or fade to black at alpha's edge, the mask is luma times alpha.
/// 2. *One colour on black*, in flat paint or fading out, is the mask by its share of that colour at its strongest.
/// 3. *Several flat colours on black*, a map of labels: all of them belong to the object.
/// 4. *Greys* are the mask as they stand, so that half of white is half opaque.
///
/// Anything else in colours is no mask. Where the meaning is not sure, ``doubt`` tells.
public struct MaskReading: Equatable, Sendable {
    /// The mask.
    public let mask: Mask

    /// What makes it uncertain that this is the mask that is meant; nil for nothing.
    public let doubt: MaskDoubt?

    /// Whether the mask was turned by 90° to fit a picture that is turned by its EXIF orientation, or fits one once it
    /// is not turned by its own.
    public let isTurned: Bool

    /// `picture` as the mask of one of `others`: where it has the size of none, but that of one as it is stored, before
    /// its EXIF orientation, it is turned along.
    public init(_ picture: Picture, of others: [Picture] = []) throws(NotAMask) {
        let colors = MaskColors(picture)
        let (mask, doubt) = try colors.reading(alpha: picture.alpha)
        self.doubt = doubt ?? GrayLevels(mask).doubt
        let turned = Self.turned(mask, of: picture, like: others)
        (self.mask, isTurned) = (turned ?? mask, turned != nil)
    }

    /// The mask turned to the size of one of `others`; nil where that is not called for.
    private static func turned(_ mask: Mask, of picture: Picture, like others: [Picture]) -> Mask? {
        let across = Size(width: mask.height, height: mask.width)
        guard !others.contains(where: { $0.image.size == mask.size }) else { return nil }
        let fitting = others.filter { $0.image.size == across }
        if !fitting.isEmpty, let back = picture.orientation.inverseQuarterTurn {
            return mask.upright(from: back)
        }
        return fitting.first { $0.orientation.isQuarterTurn }.map { mask.upright(from: $0.orientation) }
    }
}

/// What makes it uncertain that a mask is the one that is meant.
public enum MaskDoubt: Equatable, Sendable {
    /// The mask is flat grey in `share` (0…1) of its shape, with the mean value `opacity` there: a number of a class in
    /// a map of labels, or the opacity?
    case gray(opacity: Double, share: Double)
    /// The mask is nowhere white: `most` (0…1) is its largest value.
    case faint(most: Double)
    /// The picture has this many colours on black: all were taken for the object.
    case colors(Int)
    /// The picture has one colour in many shades, which were taken as they are bright.
    case shades
    /// The picture has colours and transparency; the transparency alone was taken.
    case transparency
    /// The picture has one shape in its alpha and another in its greys; the mask is where both are white.
    case alphaAndGrays
}

/// A picture with colours that are those of no mask, such as the photograph itself.
public struct NotAMask: Error, Equatable, Sendable, CustomStringConvertible {
    /// A one-line message.
    public var description: String { "it is a picture in colours and no mask" }
}

/// The colours of a picture that is read as a mask, as the file has them.
private struct MaskColors {
    private let size: Size
    private let values: FloatBuffer
    /// Luma times alpha.
    private let plain: Mask

    /// The difference of channels from which a pixel is coloured, and the value up to which it is black.
    private static let chroma: Float = 0.12, black: Float = 0.1
    /// The share of a kind of pixels that does not count.
    private static let negligible = 0.01

    init(_ picture: Picture) {
        (size, values, plain) = (picture.image.size, picture.stored.values, picture.mask)
    }

    func reading(alpha: Mask?) throws(NotAMask) -> (Mask, MaskDoubt?) {
        if let alpha, let least = alpha.values.min(), let most = alpha.values.max(), most - least > 0.1 {
            return visible(under: alpha)
        }
        let lit = count { self[$0].max() > Self.black }
        let colored = count { isColored($0) }
        guard Double(colored) > Self.negligible * Double(lit) else { return (plain, nil) }
        let reading = try shape()
        guard let opacity = alpha?.values.first, opacity < 1 else { return reading }
        let faded = reading.0.values.map { $0 * opacity }
        return (Mask(width: size.width, height: size.height, values: faded), reading.1)
    }

    // MARK: Alpha

    /// The mask of a picture with a shape in its alpha.
    private func visible(under alpha: Mask) -> (Mask, MaskDoubt?) {
        alpha.values.read { opacity in
            func isVisible(_ i: Int) -> Bool { opacity[i] > Self.black }
            let seen = count(where: isVisible)
            func share(_ isWanted: (Int) -> Bool) -> Double {
                Double(count { isVisible($0) && isWanted($0) }) / Double(max(seen, 1))
            }
            if share(isColored) > Self.negligible {
                return (alpha, .transparency)
            }
            let (dark, light) = (share { self[$0].x < Self.black }, share { self[$0].x > 1 - Self.black })
            // Black or white all over says nothing, and the same mask in both is not squared.
            if dark == 1 || light == 1 { return (alpha, nil) }
            let differing = count { abs(self[$0].x - opacity[$0]) > 0.02 }
            guard Double(differing) > Self.negligible * Double(size.pixelCount) else { return (alpha, nil) }
            let isDrawn = dark > Self.negligible && light > Self.negligible && dark + light > 0.9
            return isDrawn || fadesToBlack(where: isVisible) ? (plain, .alphaAndGrays) : (alpha, .transparency)
        }
    }

    /// Whether greys are black next to what is not visible and lighter elsewhere: a soft mask whose black was made
    /// transparent.
    private func fadesToBlack(where isVisible: (Int) -> Bool) -> Bool {
        var (edge, inside) = ((sum: 0.0, count: 0.0), (sum: 0.0, count: 0.0))
        for y in 0..<size.height {
            for x in 0..<size.width where isVisible(y * size.width + x) {
                let i = y * size.width + x
                let isEdge =
                    (x > 0 && !isVisible(i - 1)) || (x + 1 < size.width && !isVisible(i + 1))
                    || (y > 0 && !isVisible(i - size.width)) || (y + 1 < size.height && !isVisible(i + size.width))
                let value = Double(self[i].x)
                if isEdge { edge = (edge.sum + value, edge.count + 1) }
                inside = (inside.sum + value, inside.count + 1)
            }
        }
        return edge.count > 0 && edge.sum / edge.count < 0.25 && inside.sum / inside.count > 2 * edge.sum / edge.count
    }

    // MARK: Colours

    /// The mask of colours on black.
    private func shape() throws(NotAMask) -> (Mask, MaskDoubt?) {
        let flat = FlatColors(values, size.pixelCount)
        let paints = flat?.colors.filter { $0.color.max() > 0.02 } ?? []
        let painted = paints.reduce(0) { $0 + $1.count }
        let labels = paints.filter { 20 * $0.count >= painted }
        if isOneHue, !(2...5).contains(labels.count) {
            let top = labels.count == 1 ? min(labels[0].color.max(), strongest) : strongest
            let shades = values(of: { min(1, self[$0].max() / top) })
            let strong = shades.values.count { $0 > 0.9 }, some = shades.values.count { $0 > Self.black }
            return (shades, 2 * strong < some ? .shades : .colors(1))
        }
        guard let flat, flat.colors.count > paints.count else { throw NotAMask() }
        return (values { self[$0].max() > 0.02 ? 1 : 0 }, .colors(labels.count))
    }

    /// Whether all that is not black has one hue, by brightness but for a small part.
    private var isOneHue: Bool {
        var sum = SIMD3<Double>.zero
        for i in 0..<size.pixelCount where isColored(i) { sum += SIMD3<Double>(self[i]) }
        let hue = SIMD3<Float>(sum / max(sum.max(), 1e-9))
        var (all, other) = (0.0, 0.0)
        for i in 0..<size.pixelCount {
            let color = self[i], brightness = color.max()
            guard brightness > Self.black else { continue }
            let deviation = color / brightness - hue
            all += Double(brightness)
            if max(deviation.max(), -deviation.min()) > 0.2 { other += Double(brightness) }
        }
        return other <= 0.03 * all
    }

    /// The largest value of any channel.
    private var strongest: Float { values.reduce(0) { max($0, $1) } }

    private func values(of value: (Int) -> Float) -> Mask {
        Mask(
            width: size.width, height: size.height,
            values: FloatBuffer(count: size.pixelCount) { values in
                for i in 0..<size.pixelCount { values[i] = value(i) }
            })
    }

    // MARK: Pixels

    private subscript(pixel: Int) -> SIMD3<Float> {
        SIMD3(values[3 * pixel], values[3 * pixel + 1], values[3 * pixel + 2])
    }

    private func isColored(_ pixel: Int) -> Bool { self[pixel].max() - self[pixel].min() > Self.chroma }

    private func count(where isWanted: (Int) -> Bool) -> Int {
        var count = 0
        for i in 0..<size.pixelCount where isWanted(i) { count += 1 }
        return count
    }
}

/// The few colours, rounded to 8 bits, of a picture in flat paint; those of less than a thousandth are left out.
private struct FlatColors {
    let colors: [(color: SIMD3<Float>, count: Int)]

    /// Nil where the colours are too many, or leave out more than a fiftieth of the pixels.
    init?(_ values: FloatBuffer, _ pixels: Int) {
        var counts: [SIMD3<UInt8>: Int] = [:]
        var run: (color: SIMD3<UInt8>, count: Int) = (.zero, 0)
        for i in 0..<pixels {
            let value = SIMD3(values[3 * i], values[3 * i + 1], values[3 * i + 2])
            let unit = value.clamped(lowerBound: .zero, upperBound: .one)
            let color = SIMD3<UInt8>((unit * 255).rounded(.toNearestOrEven))
            if color != run.color {
                if run.count > 0 { counts[run.color, default: 0] += run.count }
                run = (color, 0)
                guard counts.count < 4096 else { return nil }
            }
            run.count += 1
        }
        if run.count > 0 { counts[run.color, default: 0] += run.count }
        let large = counts.filter { 1000 * $0.value >= pixels }
        guard large.count <= 64, 50 * large.values.reduce(0, +) >= 49 * pixels else { return nil }
        colors = large.map { (SIMD3<Float>($0.key) / 255, $0.value) }
    }
}

/// The grey levels of a mask, in steps of 1/255, and how flat they are.
private struct GrayLevels {
    private let mask: Mask

    init(_ mask: Mask) { self.mask = mask }

    /// The level from which a mask is white, so that one saved by a lossy program is.
    private static let white = 250

    /// What is doubtful of the levels: large flat areas of a few greys, as in maps of labels, or no white at all.
    var doubt: MaskDoubt? {
        var (flat, all) = (Array(repeating: 0, count: 256), Array(repeating: 0, count: 256))
        let (width, height) = (mask.width, mask.height)
        mask.values.read { values in
            func level(_ i: Int) -> Int { values[i] > 0 ? Int((min(values[i], 1) * 255).rounded()) : 0 }
            for y in 0..<height {
                for x in 0..<width {
                    let i = y * width + x, value = level(i)
                    all[value] += 1
                    let isFlat =
                        (x + 1 == width || level(i + 1) == value) && (y + 1 == height || level(i + width) == value)
                    if isFlat { flat[value] += 1 }
                }
            }
        }
        let shape = all[1...].reduce(0, +)
        guard shape > 0, let lightest = all.lastIndex(where: { $0 > 0 }) else { return nil }
        let grays = flat[1..<Self.white], area = grays.reduce(0, +)
        // A slow gradient is flat, too, but in many levels.
        let most = grays.sorted(by: >).prefix(8).reduce(0, +)
        if 4 * area >= shape, 5 * most >= 4 * area {
            let sum = grays.indices.reduce(0.0) { $0 + Double($1 * flat[$1]) }
            return .gray(opacity: sum / Double(255 * area), share: min(1, Double(area) / Double(shape)))
        }
        return lightest < 230 ? .faint(most: Double(lightest) / 255) : nil
    }
}
