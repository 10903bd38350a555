package import Tensors

/// The histogram loss: the mean of (F − R(F))² over the counted positions and the channels, divided by the number of
/// taps. R(F), F remapped onto the style's histogram, is held constant in the gradient (Luan et al. 2018, eq. 5).
package struct HistogramLoss: Sendable {
    private let remap: HistogramRemap
    private let positions: [Int]
    private let taps: Int

    /// The number of values copied at a time (but at least four channels); all at once would be as large as the
    /// features.
    private static let valuesAtATime = 1 << 20
    /// The positions of a unit of parallel work.
    private static let part = 4096

    /// The loss at `positions` (flat indices) of one of `taps` taps, with R = `remap`.
    package init(remap: HistogramRemap, positions: [Int], taps: Int) {
        self.remap = remap
        self.positions = positions
        self.taps = taps
    }

    /// The unweighted value at `features` (H×W×C); adds `weight`·2·(F − R(F)) / (n·C·taps) to `gradient`.
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        let (n, channels) = (positions.count, features.shape[2])
        let norm = 1 / (Double(n * channels) * Double(taps))
        let factor = weight * Float(2 * norm)
        let channelsAtATime = max(4, Self.valuesAtATime / max(1, n))
        var sum = 0.0
        for first in stride(from: 0, to: channels, by: channelsAtATime) {
            let group = first..<min(channels, first + channelsAtATime)
            let remapped = remap(columns(group, of: features), from: first)
            sum += gradient.write { gradient in
                features.read { features in
                    remapped.read { remapped in
                        parallelSum(n, inPartsOf: Self.part) { part in
                            var sum = 0.0
                            for i in part {
                                for (k, channel) in group.enumerated() {
                                    let place = positions[i] * channels + channel
                                    let difference = features[place] - remapped[k * n + i]
                                    sum += Double(difference) * Double(difference)
                                    gradient[place] += factor * difference
                                }
                            }
                            return sum
                        }
                    }
                }
            }
        }
        return sum * norm
    }

    /// A group of channels at the positions, channel-major: group×n.
    private func columns(_ group: Range<Int>, of features: Tensor) -> Tensor {
        let (n, channels) = (positions.count, features.shape[2])
        return Tensor(shape: [group.count, n]) { out in
            features.read { features in
                parallelFor(n, inPartsOf: Self.part) { part in
                    for i in part {
                        let row = features + positions[i] * channels
                        for (k, channel) in group.enumerated() { out[k * n + i] = row[channel] }
                    }
                }
            }
        }
    }
}
