package import Imaging
package import NeuralNet

/// Masks at the resolution of the network's taps.
package enum FeatureMasks {
    /// The mask D propagated to `taps`: a 3×3 mean (zero padding, always divided by 9) for each convolution and a 2×2
    /// mean for each pooling. A value is above 0 exactly where the position's receptive field meets the mask.
    package static func carried(
        _ mask: Mask, to taps: [VGG16.Tap], of network: VGG16
    ) -> [VGG16.Tap: Mask] {
        var result: [VGG16.Tap: Mask] = [:]
        var current = mask
        for layer in network.layers {
            switch layer {
            case .pooling:
                current = current.halved
            case .convolution(_, let tap):
                current = averaged(current)
                if let tap, taps.contains(tap) { result[tap] = current }
            }
            if result.count == taps.count { break }
        }
        return result
    }

    /// The tight mask M at a tap, within the composition's crop: nearest neighbour over the whole frame, source index
    /// ⌊i·H/h⌋ (in Float, as in the reference). For an object so thin that no value above 0.1 is left, the maximum over
    /// the pixels of each position.
    package static func tight(_ composition: Composition, at tap: VGG16.Tap) -> Mask {
        let (mask, crop, frame) = (composition.mask, composition.crop, composition.painting.size)
        let (depth, region) = (tap.depth, composition.crop(at: tap))
        var result = Mask(width: region.columns.count, height: region.rows.count, repeating: 0)
        func nearest(_ positions: Range<Int>, of total: Int, in part: Range<Int>) -> [Int?] {
            let step = Float(total) / Float(total >> depth)
            return positions.map { i in
                let source = min(Int(Float(i) * step), total - 1)
                return part.contains(source) ? source - part.lowerBound : nil
            }
        }
        let columns = nearest(region.columns, of: frame.width, in: crop.columns)
        for (y, row) in nearest(region.rows, of: frame.height, in: crop.rows).enumerated() {
            guard let row else { continue }
            for (x, column) in columns.enumerated() { if let column { result[x, y] = mask[column, row] } }
        }
        if result.values.contains(where: { $0 > 0.1 }) { return result }
        func cells(_ positions: Range<Int>, of total: Int, in part: Range<Int>) -> [Range<Int>] {
            let count = total >> depth
            return positions.map { i in
                let cell = (i * total / count..<((i + 1) * total + count - 1) / count).clamped(to: part)
                return cell.lowerBound - part.lowerBound..<cell.upperBound - part.lowerBound
            }
        }
        let across = cells(region.columns, of: frame.width, in: crop.columns)
        for (y, rows) in cells(region.rows, of: frame.height, in: crop.rows).enumerated() {
            for (x, columns) in across.enumerated() {
                for v in rows { for u in columns { result[x, y] = max(result[x, y], mask[u, v]) } }
            }
        }
        return result
    }

    /// The flat indices of the positions that a loss counts: D at the tap ≥ `threshold`, or ≥ half of its maximum where
    /// that is less. By default those of a histogram.
    package static func counted(_ mask: Mask, from threshold: Float = 0.1) -> [Int] {
        mask.positions(from: min(threshold, (mask.values.max() ?? 0) / 2))
    }

    private static func averaged(_ mask: Mask) -> Mask {
        let (w, h) = (mask.width, mask.height)
        var result = Mask(width: w, height: h, repeating: 0)
        for y in 0..<h {
            for x in 0..<w {
                var sum: Float = 0
                for v in max(0, y - 1)...min(h - 1, y + 1) {
                    for u in max(0, x - 1)...min(w - 1, x + 1) { sum += mask.values[v * w + u] }
                }
                result.values[y * w + x] = sum / 9
            }
        }
        return result
    }
}
