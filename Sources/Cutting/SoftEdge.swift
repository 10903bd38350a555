internal import Compute
internal import Imaging

/// The object's alpha and own colours at full size.
///
/// Both are found in tiles along the outline, from the photograph around each: the time follows the outline.
struct SoftEdge {
    /// The part of the photograph that they cover.
    let region: Region
    let alpha: Mask
    /// The photograph's, but in the band; black where nothing is of the object.
    let colors: Image

    /// The ridge ε of the guided filter.
    private static let epsilon = 1e-4

    /// The edge of the object in the binary `mask`, which covers the scene's frame, segmented at 1/`scale` of its size.
    init(of mask: Mask, in scene: CutScene, scale: Double) {
        // The outline may be off by two pixels of the segmentation, and an edge in focus is two or three pixels wide.
        let reach = 1 + Int((2 * scale).rounded(.up))
        let near = Region(bounding: mask).grown(by: 2 * reach, within: .whole(of: mask.size))
        let region = near.moved(by: scene.frame.origin)
        let band = Band(of: near.part(of: mask), region.part(of: scene.photograph), reach: reach)
        let alpha = band.alpha(GuidedFilter(radius: reach, epsilon: Self.epsilon)) { i in
            let (x, y) = (i % near.columns.count, i / near.columns.count)
            return scene.hint(x: x + region.columns.lowerBound, y: y + region.rows.lowerBound) == .open
        }
        self.region = region
        self.alpha = alpha
        colors = band.colors(under: alpha)
    }
}

/// The band around the outline of a binary mask.
private struct Band {
    let mask: Mask
    let picture: Image
    /// How far it reaches to either side, in pixels.
    let reach: Int
    /// The share of the object within reach of each pixel: in the band neither 0 nor 1.
    let shares: [Float]
    /// The squares that hold all of the band.
    private let tiles: [Region]

    private static let tileSide = 96

    init(of mask: Mask, _ picture: Image, reach: Int) {
        (self.mask, self.picture, self.reach) = (mask, picture, reach)
        let shares = Regions.shares(of: mask.values.map { $0 > 0.5 }, mask.size, radius: reach)
        self.shares = shares
        let side = Self.tileSide, whole = Region.whole(of: mask.size)
        tiles = stride(from: 0, to: mask.height, by: side).flatMap { y in
            stride(from: 0, to: mask.width, by: side).map { x in
                Region(columns: x..<x + side, rows: y..<y + side).clamped(to: whole)
            }
        }.filter { tile in
            tile.rows.contains { y in tile.columns.contains { Self.isInside(shares[y * mask.width + $0]) } }
        }
    }

    private static func isInside(_ share: Float) -> Bool { share > 0 && share < 1 }

    /// Calls `body`, concurrently, with each tile and its surroundings, grown by twice the reach.
    private func forEachTile(_ body: (_ tile: Region, _ around: Region) -> Void) {
        parallelFor(tiles.count) { body(tiles[$0], tiles[$0].grown(by: 2 * reach, within: .whole(of: mask.size))) }
    }

    /// The mask, filtered in the band where `isOpen`.
    func alpha(_ filter: GuidedFilter, where isOpen: (Int) -> Bool) -> Mask {
        var alpha = mask
        alpha.values.write { alpha in
            forEachTile { tile, around in
                let soft = filter.filtered(around.part(of: mask).values, guide: around.part(of: picture))
                for y in tile.rows {
                    let line = (y - around.rows.lowerBound) * around.columns.count - around.columns.lowerBound
                    for x in tile.columns {
                        let i = y * mask.width + x
                        if Self.isInside(shares[i]), isOpen(i) { alpha[i] = soft[line + x].clampedToUnit }
                    }
                }
            }
        }
        return alpha
    }

    /// The object's own colours: those of the picture inside, black outside, and in the band an estimate.
    ///
    /// A pixel's colour I with alpha a is a mixture of the object's colour F and the background's B, near which are the
    /// means F₀ and B₀ of the surely inside and surely outside pixels in the (4·reach + 1)² window around it. From
    /// I − F₀ the part that points to B₀ is removed, wholly from half the reach inside the outline outwards: it would
    /// show as a rim, even where a is wrong. What is left is the object's texture, and
    /// F = F₀ + a·(I − F₀ − what was removed).
    func colors(under alpha: Mask) -> Image {
        var colors = picture
        colors.values.write { colors in
            for i in shares.indices where shares[i] == 0 { for c in 0..<3 { colors[3 * i + c] = 0 } }
            forEachTile { tile, around in
                forEachMean(of: alpha, tile, around) { i, object, background in
                    let own = picture[i % mask.width, i / mask.width], object = object ?? own
                    var difference = own - object
                    if let background {
                        let direction = background - object
                        let length = (direction * direction).sum()
                        let along = ((difference * direction).sum() / (length + Self.leastContrast)).clampedToUnit
                        difference -= min(1, 4 * (1 - shares[i])) * along * direction
                    }
                    let color = object + alpha.values[i] * difference
                    for c in 0..<3 { colors[3 * i + c] = color[c].clampedToUnit }
                }
            }
        }
        return colors
    }

    /// The squared distance of two colours that count as the same.
    private static let leastContrast: Float = 1e-4
    /// The weight of a pixel in the band, beside 1 for one that is surely inside or outside: it counts where there is
    /// no such pixel near, as in a thin stem.
    private static let bandWeight = 1e-3

    /// Calls `body` with each pixel of the band in `tile` and the means F₀ and B₀ around it.
    private func forEachMean(
        of alpha: Mask, _ tile: Region, _ around: Region,
        _ body: (Int, _ object: SIMD3<Float>?, _ background: SIMD3<Float>?) -> Void
    ) {
        func weight(_ share: Float, _ alpha: Float) -> Double {
            if !Self.isInside(share) { return share == 1 ? 1 : 0 }
            let square = Double(alpha) * Double(alpha)
            return Self.bandWeight * square * square
        }
        // Per pixel the object's weighted colour and its weight, then the background's.
        BoxMeans(size: around.size, radius: 2 * reach, channels: 8).forEachRow { y, row in
            for x in 0..<around.columns.count {
                let i = (y + around.rows.lowerBound) * mask.width + x + around.columns.lowerBound
                let inside = weight(shares[i], alpha.values[i]), outside = weight(1 - shares[i], 1 - alpha.values[i])
                for c in 0..<3 {
                    let value = Double(picture.values[3 * i + c])
                    (row[8 * x + c], row[8 * x + 4 + c]) = (inside * value, outside * value)
                }
                (row[8 * x + 3], row[8 * x + 7]) = (inside, outside)
            }
        } _: { y, means in
            let y = y + around.rows.lowerBound
            guard tile.rows.contains(y) else { return }
            func mean(_ from: Int) -> SIMD3<Float>? {
                let weight = means[from + 3]
                guard weight > 1e-12 else { return nil }
                return SIMD3(SIMD3(means[from], means[from + 1], means[from + 2]) / weight)
            }
            for x in tile.columns where Self.isInside(shares[y * mask.width + x]) {
                let from = 8 * (x - around.columns.lowerBound)
                body(y * mask.width + x, mean(from), mean(from + 4))
            }
        }
    }
}
