package import Imaging
package import NeuralNet
package import Tensors

/// The part of the painting that an evaluation needs: losses and gradients there are those of the whole painting.
///
/// A loss looks at the tap positions whose mask is above 0; each of these sees the pixels of its receptive field. The
/// crop is the box of all such pixels, grown to multiples of the pooling so that positions keep their grid.
package struct Crop: Equatable, Sendable {
    /// The columns and rows of the painting. Lower bounds are multiples of the pooling of the deepest tap; so are
    /// upper bounds, but for those at the painting's own edge.
    package let columns, rows: Range<Int>
    /// The painting's size.
    package let frame: Size

    /// The crop of a painting of size `frame` for losses at the taps of `masks`, the loose mask carried to them.
    package init(covering masks: [VGG16.Tap: Mask], in frame: Size) {
        var columns: Range<Int>?, rows: Range<Int>?
        for (tap, mask) in masks {
            guard let (x, y) = mask.box else { continue }
            let fieldX = Self.receptiveField(x, of: tap), fieldY = Self.receptiveField(y, of: tap)
            columns =
                columns.map { min($0.lowerBound, fieldX.lowerBound)..<max($0.upperBound, fieldX.upperBound) } ?? fieldX
            rows = rows.map { min($0.lowerBound, fieldY.lowerBound)..<max($0.upperBound, fieldY.upperBound) } ?? fieldY
        }
        let unit = 1 << (masks.keys.max()?.depth ?? 0)
        self.frame = frame
        self.columns = Self.aligned(columns ?? 0..<frame.width, unit: unit, limit: frame.width)
        self.rows = Self.aligned(rows ?? 0..<frame.height, unit: unit, limit: frame.height)
    }

    /// The crop's width and height.
    package var size: Size { Size(width: columns.count, height: rows.count) }

    /// The part of a picture of the painting's size.
    package func callAsFunction(_ image: Image) -> Image {
        precondition(image.size == frame, "expected a picture of \(frame), got \(image.size)")
        let values = part(of: image.values, columns, rows, width: frame.width, channels: 3)
        return Image(width: columns.count, height: rows.count, values: values)
    }

    /// The part of a mask carried to a tap of `depth` poolings (0 for the painting's own size).
    package func callAsFunction(_ mask: Mask, depth: Int = 0) -> Mask {
        let (x, y) = (scaled(columns, depth), scaled(rows, depth))
        let values = part(of: mask.values, x, y, width: mask.width, channels: 1)
        return Mask(width: x.count, height: y.count, values: values)
    }

    /// The part of the features at a tap.
    package func callAsFunction(_ features: Tensor, depth: Int) -> Tensor {
        let (x, y) = (scaled(columns, depth), scaled(rows, depth))
        let (width, channels) = (features.shape[1], features.shape[2])
        return Tensor(shape: [y.count, x.count, channels]) { out in
            features.read { source in
                for (i, row) in y.enumerated() {
                    (out + i * x.count * channels).update(
                        from: source + (row * width + x.lowerBound) * channels, count: x.count * channels)
                }
            }
        }
    }

    /// `image` with this part replaced by `patch`.
    package func inserting(_ patch: Image, into image: Image) -> Image {
        precondition(patch.size == size && image.size == frame, "\(patch.size) does not fill \(size) of \(frame)")
        var result = image
        let line = columns.count * 3
        for (i, row) in rows.enumerated() {
            let start = (row * frame.width + columns.lowerBound) * 3
            result.values.replaceSubrange(start..<start + line, with: patch.values[i * line..<(i + 1) * line])
        }
        return result
    }

    /// Poolings drop odd edges, so the extent is halved rounding down, as the network does.
    private func scaled(_ range: Range<Int>, _ depth: Int) -> Range<Int> {
        range.lowerBound >> depth..<(range.lowerBound >> depth) + (range.count >> depth)
    }

    private func part(of values: [Float], _ columns: Range<Int>, _ rows: Range<Int>, width: Int, channels: Int)
        -> [Float]
    {
        var result: [Float] = []
        result.reserveCapacity(columns.count * rows.count * channels)
        for row in rows {
            let start = (row * width + columns.lowerBound) * channels
            result += values[start..<start + columns.count * channels]
        }
        return result
    }

    private static func aligned(_ range: Range<Int>, unit: Int, limit: Int) -> Range<Int> {
        let first = max(0, range.lowerBound) / unit * unit
        let last = min(limit, (range.upperBound + unit - 1) / unit * unit)
        return first..<last
    }

    /// The pixels that the positions `range` of a tap see: back through the layers, a convolution adds one on each
    /// side, a pooling doubles.
    private static func receptiveField(_ range: Range<Int>, of tap: VGG16.Tap) -> Range<Int> {
        var range = range
        var reached = false
        for layer in VGG16.layers.reversed() {
            if case .convolution(_, tap) = layer { reached = true }
            guard reached else { continue }
            switch layer {
            case .convolution: range = range.lowerBound - 1..<range.upperBound + 1
            case .pooling: range = 2 * range.lowerBound..<2 * range.upperBound
            }
        }
        return range
    }
}

extension Mask {
    /// The smallest columns and rows that hold every value above 0; nil where there is none.
    fileprivate var box: (columns: Range<Int>, rows: Range<Int>)? {
        var (left, right, top, bottom) = (width, -1, height, -1)
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] > 0 {
                left = min(left, x)
                right = max(right, x)
                top = min(top, y)
                bottom = y
            }
        }
        return right < 0 ? nil : (left..<right + 1, top..<bottom + 1)
    }
}
