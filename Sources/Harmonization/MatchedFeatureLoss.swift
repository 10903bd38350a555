package import Imaging
package import Tensors

/// The matched-feature loss: `part` times the mean over some positions p of 1 − cos(Φ_p, T_p), with Φ_p the 3×3×C patch
/// of the features around p and T_p its target, the painting's patch at the match of p. Both are 0 beyond their map.
///
/// It makes each patch of the object one that the painter painted, where a Gram matrix only says which features occur
/// together. Sources: Li and Wand, "Combining Markov Random Fields and Convolutional Neural Networks for Image
/// Synthesis", CVPR 2016 (CNNMRF; matched patches, there by squared distance); Kolkin, Kucera, Paris, Sýkora, Shechtman
/// and Shakhnarovich, "Neural Neighbor Style Transfer", 2022 (NNST; cosine distance, which leaves contrast free).
///
/// cos(Φ, T) = ⟨Φ, T⟩ / (√(‖Φ‖² + ε)·√(‖T‖² + ε)) with ε = 10⁻⁶, for features of mean 1. Targets of any scale give the
/// same loss.
package struct MatchedFeatureLoss: Sendable {
    /// The size of the features' map.
    private let size: Size
    /// The n positions, flat indices into the map, and for each position of the map which of them it is; −1: none.
    private let positions: [Int]
    private let slots: [Int32]
    /// Features of the painting, m×C, and for each position and each offset of its patch, in raster order, the row that
    /// is its target; −1: zeros. Patches of neighbours share rows.
    private let targets: Tensor
    private let rows: [Int32]
    /// 1 / √(‖T_p‖² + ε).
    private let inverseNorms: [Float]
    private let part: Double

    private static let epsilon: Float = 1e-6

    /// The loss at `positions` (distinct flat indices into a map of `size`), with the tap's weight `part` in the mean.
    ///
    /// - Parameters:
    ///   - targets: features of the painting, m×C.
    ///   - rows: for each position and each offset of its patch, in raster order, an index into `targets`; −1: zeros.
    package init(at positions: [Int], in size: Size, targets: Tensor, rows: [Int32], part: Double) {
        precondition(rows.count == 9 * positions.count, "\(rows.count) rows for \(positions.count) patches")
        (self.size, self.positions, self.targets, self.rows) = (size, positions, targets, rows)
        self.part = part
        var slots = [Int32](repeating: -1, count: size.width * size.height)
        for (i, position) in positions.enumerated() { slots[position] = Int32(i) }
        self.slots = slots
        let squares = targets.rowSquares
        inverseNorms = positions.indices.map { i in
            var square = Self.epsilon
            for row in rows[9 * i..<9 * i + 9] where row >= 0 { square += squares[Int(row)] }
            return 1 / square.squareRoot()
        }
    }

    /// The unweighted value at `features` (H×W×C); adds `weight`·part/n·Σ_p (cos·Φ_p / (‖Φ_p‖² + ε) − T_p / (√(‖Φ_p‖² +
    /// ε)·√(‖T_p‖² + ε))) to `gradient`, each patch at its place.
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        let channels = targets.shape[1], count = positions.count
        precondition(
            features.shape == [size.height, size.width, channels] && gradient.shape == features.shape,
            "expected features \(size)×\(channels), got \(features.shape)")
        guard count > 0 else { return 0 }
        let norm = part / Double(count)
        var factors = [Factors](repeating: Factors(own: 0, target: 0), count: count)
        let sum = factors.withUnsafeMutableBufferPointer { factors in
            nonisolated(unsafe) let factors = factors
            return distances(features, times: weight * Float(norm), into: factors)
        }
        add(features, factors, to: &gradient)
        return sum * norm
    }

    /// The factors of a position's patch Φ_p and of its target T_p in the gradient.
    private struct Factors {
        var own, target: Float
    }

    /// Σ 1 − cos over the positions, and their factors.
    private func distances(
        _ features: Tensor, times weight: Float, into factors: UnsafeMutableBufferPointer<Factors>
    ) -> Double {
        nonisolated(unsafe) let factors = factors
        let (width, height, channels) = (size.width, size.height, features.shape[2])
        let squares = features.rowSquares
        return features.read { features in
            targets.read { targets in
                parallelSum(positions.count, inPartsOf: 64) { part in
                    var sum = 0.0
                    for i in part {
                        let (y, x) = (positions[i] / width, positions[i] % width)
                        var product = LaneSum(), square = Self.epsilon
                        for v in max(0, y - 1)...min(height - 1, y + 1) {
                            for u in max(0, x - 1)...min(width - 1, x + 1) {
                                let row = Int(rows[9 * i + 3 * (v - y) + u - x + 4]), position = v * width + u
                                square += squares[position]
                                guard row >= 0 else { continue }
                                product.add(
                                    features + position * channels, times: targets + row * channels, count: channels)
                            }
                        }
                        let inverse = 1 / square.squareRoot()
                        let cosine = product.total * inverse * inverseNorms[i]
                        factors[i] = Factors(
                            own: weight * cosine * inverse * inverse, target: -weight * inverse * inverseNorms[i])
                        sum += 1 - Double(cosine)
                    }
                    return sum
                }
            }
        }
    }

    /// Adds the gradient. Each position of the map collects what the patches that cover it give, so that no two threads
    /// write to the same one, and the order of its terms is fixed.
    private func add(_ features: Tensor, _ factors: [Factors], to gradient: inout Tensor) {
        let (width, height, channels) = (size.width, size.height, features.shape[2])
        gradient.write { gradient in
            features.read { features in
                targets.read { targets in
                    parallelFor(height, inPartsOf: 2) { part in
                        for y in part {
                            for x in 0..<width {
                                let place = (y * width + x) * channels
                                var own: Float = 0
                                for v in max(0, y - 1)...min(height - 1, y + 1) {
                                    for u in max(0, x - 1)...min(width - 1, x + 1) {
                                        let slot = Int(slots[v * width + u])
                                        guard slot >= 0 else { continue }
                                        own += factors[slot].own
                                        let row = Int(rows[9 * slot + 3 * (y - v) + x - u + 4])
                                        guard row >= 0 else { continue }
                                        let factor = factors[slot].target
                                        let (from, to) = (targets + row * channels, gradient + place)
                                        for c in 0..<channels { to[c] += factor * from[c] }
                                    }
                                }
                                guard own != 0 else { continue }
                                let (from, to) = (features + place, gradient + place)
                                for c in 0..<channels { to[c] += own * from[c] }
                            }
                        }
                    }
                }
            }
        }
    }
}
