internal import CKernels
internal import Foundation
package import Imaging

/// A painting's palette, and the projection of other pictures' colours onto it by mean shift.
///
/// The palette is a histogram of the painting's CIELAB colours over cubic cells. A colour y moves to the mean of the
/// palette's colours u around it, weighted by their frequency and a Gaussian of their distance,
///
///     y ← y + Σ k·(u − y) / Σ k,  k = w(u)·e^(−|u − y|² / 2σ²),
///
/// some times over (Fukunaga and Hostetler 1975, "The estimation of the gradient of a density function"; Comaniciu and
/// Meer 2002, "Mean shift: a robust approach toward feature space analysis"): a colour that the painting lacks becomes
/// one of the nearest that it has. In the distance, L counts by ``lightnessWeight``. The weight w is the number n of
/// pixels of the colour, which gives the most frequent colour nearby, or ∜n, which keeps large areas from drawing
/// everything to themselves.
///
///     let palette = PaletteProjection(of: painting)
///     let projected = palette.projected(LabImage(composite), where: mask, sigma: 5, steps: 2)
package struct PaletteProjection: Sendable {
    /// The number of cells along 100 units of L, a or b.
    package let cellsPer100: Int
    /// The mean colour of each cell of the palette, as L, a and b, along a Z-order curve.
    package let colors: [SIMD3<Float>]
    /// ∜n, or n, for each colour, n being the number of the painting's pixels in its cell.
    package let weights: [Float]
    /// The weight of a difference of L, relative to those of a and b: a dark red had rather become a lighter red than a
    /// dark brown.
    package static let lightnessWeight: Float = 0.5

    /// The weight from which a pixel is projected.
    package static let leastWeight: Float = 0.02
    /// The σ in pixels that the shift of the colours is smoothed with.
    package static let smoothing: Double = 3

    /// The palette of `painting`; see the initializer from CIELAB.
    package init(of painting: Image, cellsPer100: Int = 30, favorsRareColors: Bool = true) {
        self.init(of: LabImage(painting), cellsPer100: cellsPer100, favorsRareColors: favorsRareColors)
    }

    /// The palette of `painting`: the mean colours of the cells of (100/`cellsPer100`)³ that at least two pixels and at
    /// least one in 100 000 have, weighted by ∜n if `favorsRareColors`, else by n. If no cell has as many, all cells
    /// count.
    package init(of painting: LabImage, cellsPer100: Int = 30, favorsRareColors: Bool = true) {
        let cells = ColorCells(of: painting, cellsPer100: cellsPer100)
        let least = max(2, painting.width * painting.height / 100_000)
        var kept = cells.counts.indices.filter { cells.counts[$0] >= least }
        if kept.isEmpty { kept = Array(cells.counts.indices) }
        // Along a Z-order curve (Morton 1966), so that runs of colours are compact in all three coordinates.
        let codes = cells.means.map { ColorCells.zOrder($0, cellsPer100: cellsPer100) }
        kept.sort { (codes[$0], $0) < (codes[$1], $1) }
        self.cellsPer100 = cellsPer100
        colors = kept.map { cells.means[$0] }
        weights = kept.map {
            let count = Float(cells.counts[$0])
            return favorsRareColors ? count.squareRoot().squareRoot() : count
        }
    }

    /// `lab` with the colours at the pixels of a weight above ``leastWeight`` projected; the others stay bit for bit.
    ///
    /// All pixels of a cell shift alike, by the shift of their mean. The shifts are then averaged among neighbouring
    /// pixels (a Gaussian of σ ``smoothing``, normalized among the projected ones): detail below a cell stays, and the
    /// borders of cells do not show. O(distinct colours · palette).
    ///
    /// - Parameters:
    ///   - lab: finite colours. They may lie out of sRGB's gamut.
    ///   - weights: of the same size.
    ///   - sigma: the Gaussian's σ, in units of L, a and b (L: 0…100).
    ///   - steps: the number of mean shift steps.
    package func projected(_ lab: LabImage, where weights: Mask, sigma: Double, steps: Int) -> LabImage {
        precondition(
            weights.width == lab.width && weights.height == lab.height,
            "weights of \(weights.size) for a picture of \(lab.width)×\(lab.height)")
        let positions = weights.values.read { weights in
            (0..<lab.width * lab.height).filter { weights[$0] > Self.leastWeight }
        }
        guard !positions.isEmpty else { return lab }
        let cells = ColorCells(of: lab, at: positions, cellsPer100: cellsPer100)
        let shifts = zip(shifted(cells.means, sigma: sigma, steps: steps), cells.means).map { $0 - $1 }

        var chosen = Mask(width: lab.width, height: lab.height, repeating: 0)
        var shift = FloatBuffer(repeating: 0, count: 3 * lab.width * lab.height)
        chosen.values.write { chosen in
            shift.write { shift in
                for (k, i) in positions.enumerated() {
                    chosen[i] = 1
                    for c in 0..<3 { shift[3 * i + c] = shifts[Int(cells.indices[k])][c] }
                }
            }
        }
        shift = GaussianBlur.normalizedBlur(shift, weights: chosen, channels: 3, sigma: Self.smoothing)
        var result = lab
        shift.read { shift in
            result.lightness.write { l in for i in positions { l[i] += shift[3 * i] } }
            result.a.write { a in for i in positions { a[i] += shift[3 * i + 1] } }
            result.b.write { b in for i in positions { b[i] += shift[3 * i + 2] } }
        }
        return result
    }

    /// Each of `colors` (L, a, b) after `steps` steps of mean shift. Colours of less than 2⁻²⁴ of the nearest one's
    /// Gaussian may be left out of the sums.
    ///
    /// - Parameter level: the highest of the kernels' instruction sets to use; all give the same bits.
    package func shifted(
        _ colors: [SIMD3<Float>], sigma: Double, steps: Int, level: Int32 = Instructions.most.rawValue
    ) -> [SIMD3<Float>] {
        precondition(sigma > 0 && steps >= 0, "mean shift needs a sigma above 0 and no negative number of steps")
        // In units in which the Gaussian is 2^(−d²).
        let scale = Float((0.5 / log(2.0)).squareRoot() / sigma)
        let axes = SIMD3<Float>(Self.lightnessWeight, 1, 1)
        let groups = PaletteGroups(self.colors.map { $0 * axes }, weights: weights, scale: scale)
        var result = colors.map { $0 * axes }
        result.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let result = result
            groups.withPalette { palette, scratchCount in
                parallelFor(result.count, inPartsOf: 16) { part in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount + 3) { scratch in
                        guard let color = scratch.baseAddress else { return }
                        for i in part {
                            for c in 0..<3 { color[c] = result[i][c] * scale }
                            for _ in 0..<steps { ckernels_mean_shift(palette, color, color + 3, level) }
                            result[i] = SIMD3(color[0], color[1], color[2]) / scale
                        }
                    }
                }
            }
        }
        return result.map { $0 / axes }
    }
}

/// A palette as the kernel reads it.
private struct PaletteGroups {
    private let colors, boxes: FloatBuffer
    private let count: Int

    private static let group = Int(CKERNELS_PALETTE_GROUP)

    /// `palette` times `scale`; the last group is filled up with its first colour at weight 0.
    init(_ palette: [SIMD3<Float>], weights: [Float], scale: Float) {
        let side = Self.group, count = (palette.count + side - 1) / side
        let stride = (count + side - 1) / side * side
        self.count = count
        colors = FloatBuffer(count: count * 4 * side) { out in
            for i in 0..<count * side {
                let isReal = i < palette.count, color = palette[isReal ? i : (count - 1) * side] * scale
                let to = out + i / side * 4 * side + i % side
                for c in 0..<3 { to[c * side] = color[c] }
                to[3 * side] = isReal ? weights[i] : 0
            }
        }
        boxes = FloatBuffer(count: 6 * stride) { [colors] out in
            out.update(repeating: 0, count: 6 * stride)
            for g in 0..<count {
                for c in 0..<3 {
                    let values = colors[(g * 4 + c) * side..<(g * 4 + c + 1) * side]
                    out[2 * c * stride + g] = values.min() ?? 0
                    out[(2 * c + 1) * stride + g] = values.max() ?? 0
                }
            }
        }
    }

    /// Calls `body` with the palette and the number of values of its scratch memory.
    func withPalette(_ body: (UnsafePointer<ckernels_palette>, Int) -> Void) {
        colors.read { colors in
            boxes.read { boxes in
                var palette = ckernels_palette(colors: colors, boxes: boxes, groups: count)
                withUnsafePointer(to: &palette) { body($0, (count + Self.group - 1) / Self.group * Self.group) }
            }
        }
    }
}
