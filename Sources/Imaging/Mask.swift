internal import Compute

/// A mask: one value in 0…1 per pixel (H×W, row-major Float32); 1 belongs to the object, 0 does not.
public struct Mask: Equatable, Sendable {
    /// The width W and height H in pixels.
    public let width, height: Int

    /// The H·W values; the one at (x, y) is at y·W + x.
    public var values: FloatBuffer

    /// A mask of `values`: `width`·`height` numbers in 0…1, row by row. A `FloatBuffer` is shared, not copied.
    public init(width: Int, height: Int, values: some Sequence<Float>) {
        let values = FloatBuffer(values)
        precondition(width > 0 && height > 0, "a mask needs at least one pixel, got \(width)×\(height)")
        precondition(values.count == width * height, "expected \(width * height) values, got \(values.count)")
        self.width = width
        self.height = height
        self.values = values
    }

    /// A mask with the same value everywhere.
    public init(width: Int, height: Int, repeating value: Float) {
        self.init(width: width, height: height, values: FloatBuffer(repeating: value, count: width * height))
    }

    /// The value in column `x` and row `y`.
    public subscript(x: Int, y: Int) -> Float {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// The flat indices y·W + x of the values above 0, in raster order.
    package var positions: [Int] { positions(from: 0) }

    /// The flat indices y·W + x of the values above 0 that are at least `threshold`, in raster order.
    package func positions(from threshold: Float) -> [Int] {
        values.read { values in
            // Counted first: an array that grows may take twice the memory.
            let count = (0..<width * height).count { values[$0] > 0 && values[$0] >= threshold }
            return [Int](unsafeUninitializedCapacity: count) { positions, initialized in
                for place in 0..<width * height where values[place] > 0 && values[place] >= threshold {
                    positions[initialized] = place
                    initialized += 1
                }
            }
        }
    }

    /// The width and height.
    public var size: Size { Size(width: width, height: height) }
}

extension Mask {
    /// Convolved with a `size`×`size` Gaussian of standard deviation `sigma` (weights e^(−r²/2σ²), with sum 1).
    ///
    /// Padding reflects without repeating the edge; a mask with a side of at most `size`/2 repeats its edge instead.
    /// `size` is odd. O(W·H·size).
    public func blurred(size: Int, sigma: Double) -> Mask {
        Mask(
            width: width, height: height,
            values: GaussianBlur.blur(values, self.size, channels: 1, size: size, sigma: sigma))
    }

    /// The loose mask of this tight one: 1 where its blur by a k×k Gaussian with σ = k/3 reaches 0.1, else 0.
    ///
    /// If the blur of a thin object stays below 0.1, the threshold is half of the blur's maximum.
    ///
    /// - Parameter size: k; nil for ``looseBlurSize(for:object:)``. The mask of a part of the painting needs the k of
    ///   the whole: padded by more than k/2 zeros at each side that is not the painting's edge, it gives the same
    ///   values as the whole mask.
    public func loosened(size: Int? = nil) -> Mask {
        let object = bounds?.size
        let size = size ?? Self.looseBlurSize(for: self.size, object: object ?? self.size)
        let blur = blurred(size: size, sigma: Double(size) / 3)
        let largest = blur.values.max() ?? 0
        let threshold = largest >= 0.1 ? 0.1 : largest / 2
        return blur.thresholded(at: threshold)
    }

    /// k, the side of the Gaussian kernel for loose masks: 2·max(1, round(17·L/700)) + 1, where L is the painting's
    /// long side (k is 35 at 700 pixels).
    ///
    /// L is capped at max(700, 5·the object's long side): a small object in a large painting would otherwise be
    /// surrounded by more changed pixels than it has itself.
    package static func looseBlurSize(for painting: Size, object: Size) -> Int {
        let objectSide = max(object.width, object.height)
        let longSide = Double(min(max(painting.width, painting.height), max(700, 5 * objectSide)))
        return 2 * max(1, Int((17 * longSide / 700).rounded(.toNearestOrEven))) + 1
    }

    /// 1 where the value is above 0 and at least `threshold`, else 0.
    public func thresholded(at threshold: Float) -> Mask {
        Mask(width: width, height: height, values: values.map { $0 > 0 && $0 >= threshold ? 1 : 0 })
    }

    /// The binary dilation of the values above 0 by a (2·`radius` + 1)² square. O(W·H·radius).
    package func dilated(by radius: Int) -> Mask {
        var across = [Float](repeating: 0, count: values.count), result = across
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] > 0 {
                for u in max(0, x - radius)...min(width - 1, x + radius) { across[y * width + u] = 1 }
            }
        }
        for y in 0..<height {
            for v in max(0, y - radius)...min(height - 1, y + radius) {
                for x in 0..<width { result[y * width + x] = max(result[y * width + x], across[v * width + x]) }
            }
        }
        return Mask(width: width, height: height, values: result)
    }

    /// The mask with what is soft over more than an edge made opaque.
    ///
    /// A value v with range r = max − min within the (2·`radius` + 1)² square around it becomes v + (1 − t)·w·(1 − v),
    /// where t = 8·r − 5 and w = 20·min(v − 0.1, 0.9 − v), both held to 0…1. So v stays at edges, whose square has a
    /// range of at least ¾, and where a lossy file may have 0 or 1 so; it becomes 1 where the range is at most ⅝.
    package func opaque(within radius: Int) -> Mask {
        guard values.contains(where: { $0 > 0 && $0 < 1 }) else { return self }
        let least = extremes(within: radius) { min($0, $1) }, most = extremes(within: radius) { max($0, $1) }
        return Mask(
            width: width, height: height,
            values: FloatBuffer(count: values.count) { result in
                for i in 0..<values.count {
                    let value = values[i], edge = min(max(8 * (most[i] - least[i]) - 5, 0), 1)
                    let soft = min(max(20 * min(value - 0.1, 0.9 - value), 0), 1)
                    result[i] = value + (1 - edge) * soft * (1 - value)
                }
            })
    }

    /// The minimum or maximum over the (2·`radius` + 1)² square around each pixel, as far as it lies inside.
    private func extremes(within radius: Int, _ extreme: @Sendable (Float, Float) -> Float) -> FloatBuffer {
        let (width, height) = (width, height)
        func along(_ given: FloatBuffer, isRow: Bool) -> FloatBuffer {
            FloatBuffer(count: given.count) { result in
                given.read { given in
                    parallelFor(height) { y in
                        for x in 0..<width {
                            let (place, length) = isRow ? (x, width) : (y, height), step = isRow ? 1 : width
                            let i = y * width + x
                            var value = given[i]
                            for k in max(-radius, -place)...min(radius, length - 1 - place) {
                                value = extreme(value, given[i + k * step])
                            }
                            result[i] = value
                        }
                    }
                }
            }
        }
        return along(along(values, isRow: true), isRow: false)
    }

    /// Whether no value is above 0.
    public var isEmpty: Bool { !values.contains { $0 > 0 } }
}
