public import Tensors

/// The kind of a 2×2 pooling of stride 2.
///
/// The raw values are those of the `pooling` metadata of safetensors files.
public enum Pooling: String, Sendable {
    /// The largest of the four values, as in VGG16 itself.
    case max
    /// The mean of the four values.
    case average = "avg"
}

/// 2×2 pooling with stride 2: H×W×C to ⌊H/2⌋×⌊W/2⌋×C, of one map or of N. An odd last row or column is dropped; its
/// gradient is 0.
public struct PoolingLayer: FunctionNode {
    /// The largest of the four values (the first of equals), or their mean.
    public let kind: Pooling

    /// A pooling of the given kind.
    public init(_ kind: Pooling) { self.kind = kind }

    /// The input's shape and, for max pooling, the index of each maximum in its window, two bits each.
    public struct Saved {
        let inputShape: [Int]
        let choice: [UInt8]
    }

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        let x = inputs[0]
        let (maps, h, w, c) = Self.extents(x.shape)
        precondition(h >= 2 && w >= 2, "pooling takes maps of at least 2×2, got \(x.shape)")
        let (outH, outW) = (h / 2, w / 2)
        let choiceRow = kind == .max ? outW * ((c + 3) / 4) : 0
        var choice = [UInt8](repeating: 0, count: maps * outH * choiceRow)
        let kind = kind, kernels = Kernels()
        let output = Tensor(shape: x.shape.dropLast(3) + [outH, outW, c]) { out in
            choice.withUnsafeMutableBufferPointer { choice in
                let chosen = choice.baseAddress
                x.read { source in
                    parallelFor(maps * outH) { y in
                        let top = source + (y / outH * h + y % outH * 2) * w * c
                        let row = out + y * outW * c
                        if kind == .max, let chosen {
                            kernels.poolMax(
                                top, top + w * c, into: row, choice: chosen + y * choiceRow, width: outW, channels: c)
                        } else {
                            kernels.poolAverage(top, top + w * c, into: row, width: outW, channels: c)
                        }
                    }
                }
            }
        }
        return (output, Saved(inputShape: x.shape, choice: choice))
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        let gradient = outputGradient
        let (maps, h, w, c) = Self.extents(saved.inputShape)
        let (outH, outW) = (h / 2, w / 2)
        let choiceRow = outW * ((c + 3) / 4)
        let kind = kind, kernels = Kernels()
        return [
            Tensor(shape: saved.inputShape) { dx in
                saved.choice.withUnsafeBufferPointer { choice in
                    let chosen = choice.baseAddress
                    gradient.read { dy in
                        parallelFor(maps * outH) { y in
                            let top = dx + (y / outH * h + y % outH * 2) * w * c
                            let bottom = top + w * c
                            let row = dy + y * outW * c
                            if kind == .max, let chosen {
                                kernels.poolMaxBackward(
                                    row, choice: chosen + y * choiceRow, top: top, bottom: bottom, width: outW,
                                    channels: c)
                            } else {
                                kernels.poolAverageBackward(row, into: top, width: outW, channels: c)
                                bottom.update(from: top, count: 2 * outW * c)
                            }
                            if w % 2 == 1 {
                                (top + (w - 1) * c).update(repeating: 0, count: c)
                                (bottom + (w - 1) * c).update(repeating: 0, count: c)
                            }
                        }
                    }
                }
                guard h % 2 == 1 else { return }
                for map in 0..<maps { (dx + ((map + 1) * h - 1) * w * c).update(repeating: 0, count: w * c) }
            }
        ]
    }

    private static func extents(_ shape: [Int]) -> (maps: Int, height: Int, width: Int, channels: Int) {
        precondition((3...4).contains(shape.count), "pooling takes (N×)H×W×C, got \(shape)")
        let map = shape.suffix(3)
        return (shape.dropLast(3).reduce(1, *), map[map.startIndex], map[map.startIndex + 1], map[map.startIndex + 2])
    }
}
