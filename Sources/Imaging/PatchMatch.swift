/// Approximate nearest-neighbour field search by PatchMatch (Barnes, Shechtman, Finkelstein and Goldman 2009).
///
/// Every target pixel is initialized with a random match. Iterations scan in raster order, every second one in reverse.
/// Propagation: a pixel tries the matches of its two neighbours already visited, shifted by one pixel, since adjacent
/// patches often match adjacent patches. Random search: it tries one random position in each of a sequence of windows
/// around its best match, the first with the painting's long side as radius, each with half the radius before it.
///
/// Strips of rows are processed in parallel. A pixel reads the matches of other strips as they were before the
/// iteration, and has its own random numbers, so the result depends on the pictures and the seed only, not on the
/// number of threads.
///
///     var search = PatchMatch()
///     search.side = 5
///     let field = search.nearestPatches(of: target, at: mask, in: painting)
///     let reconstruction = field.vote(from: painting, over: target)
package struct PatchMatch: Sendable {
    /// n, the patch size, odd.
    package var side = 7
    /// The number of iterations; 0 leaves the random initialization.
    package var iterations = 5
    /// The seed of the random numbers.
    package var seed: UInt64 = 0

    /// The rows per strip. In one iteration a match propagates no farther than to the next strip.
    static let strip = 32

    /// A search with the default parameters.
    package init() {}

    /// The approximate nearest patches in `painting` of the patches centred on the pixels of `target` where `mask` is
    /// above 0.
    ///
    /// The mask has the target's size; the painting holds at least one patch.
    package func nearestPatches(of target: Image, at mask: Mask, in painting: Image) -> NearestNeighborField {
        precondition(mask.size == target.size, "a mask of \(mask.size) for a picture of \(target.size)")
        precondition(side > 0 && side % 2 == 1 && iterations >= 0, "a patch has an odd side")
        precondition(
            min(painting.width, painting.height) >= side, "no patch of \(side)×\(side) lies in \(painting.size)")
        var field = NearestNeighborField(size: target.size, side: side)
        let padded = target.repeatingEdge(by: side / 2)
        padded.values.read { target in
            painting.values.read { source in
                let distance = PatchDistance(
                    target: target, source: source, targetWidth: padded.width, sourceWidth: painting.width, side: side)
                for iteration in 0...iterations { sweep(&field, iteration, mask, painting.size, distance) }
            }
        }
        return field
    }

    /// One iteration over all strips; iteration 0 is the random initialization.
    private func sweep(
        _ field: inout NearestNeighborField, _ iteration: Int, _ mask: Mask, _ painting: Size, _ distance: PatchDistance
    ) {
        let size = field.size, before = field.centres
        mask.values.read { mask in
            before.withUnsafeBufferPointer { before in
                field.centres.withUnsafeMutableBufferPointer { centres in
                    field.distances.withUnsafeMutableBufferPointer { distances in
                        let strips = Strips(
                            size: size, painting: painting, search: self, mask: mask, before: before,
                            centres: centres, distances: distances, distance: distance)
                        parallelFor((size.height + Self.strip - 1) / Self.strip) { strips.sweep($0, iteration) }
                    }
                }
            }
        }
    }
}

/// The inputs and outputs of an iteration.
private struct Strips {
    let size, painting: Size
    let search: PatchMatch
    let mask: UnsafePointer<Float>
    /// The matches before the iteration.
    let before: UnsafeBufferPointer<SIMD2<Int32>>
    let centres: UnsafeMutableBufferPointer<SIMD2<Int32>>
    let distances: UnsafeMutableBufferPointer<Float>
    let distance: PatchDistance

    private var radius: Int { search.side / 2 }
    /// The valid centres of a match.
    private var columns: ClosedRange<Int> { radius...painting.width - search.side + radius }
    private var rows: ClosedRange<Int> { radius...painting.height - search.side + radius }

    func sweep(_ strip: Int, _ iteration: Int) {
        let lines = strip * PatchMatch.strip..<min((strip + 1) * PatchMatch.strip, size.height)
        let isForward = iteration % 2 == 1
        for i in 0..<lines.count {
            let y = isForward ? lines.lowerBound + i : lines.upperBound - 1 - i
            for j in 0..<size.width {
                let x = isForward ? j : size.width - 1 - j
                guard mask[y * size.width + x] > 0 else { continue }
                var pixel = Pixel(x: x, y: y, index: y * size.width + x, strips: self)
                var generator = PixelGenerator(seed: search.seed, iteration: iteration, pixel: pixel.index)
                if iteration == 0 {
                    pixel.consider(generator.next(in: columns), generator.next(in: rows))
                } else {
                    let step = isForward ? -1 : 1
                    if (0..<size.width).contains(x + step) {
                        pixel.propagate(from: centres[pixel.index + step], -step, 0)
                    }
                    if (0..<size.height).contains(y + step) {
                        let matches = lines.contains(y + step) ? UnsafeBufferPointer(centres) : before
                        pixel.propagate(from: matches[pixel.index + step * size.width], 0, -step)
                    }
                    pixel.search(&generator)
                }
                pixel.store()
            }
        }
    }

    /// A pixel and its best match.
    private struct Pixel {
        let x, y, index: Int
        let strips: Strips
        private var u, v: Int
        private var best: Float

        init(x: Int, y: Int, index: Int, strips: Strips) {
            (self.x, self.y, self.index, self.strips) = (x, y, index, strips)
            let centre = strips.centres[index]
            (u, v, best) = (Int(centre.x), Int(centre.y), strips.distances[index])
        }

        /// Accepts a candidate centre if its distance is smaller; the first one even if its distance is NaN.
        mutating func consider(_ newU: Int, _ newV: Int) {
            // In the padded target (x, y) is the top-left pixel of the patch centred there.
            let distance = strips.distance(x, y, newU - strips.radius, newV - strips.radius, below: best)
            if distance < best || u < 0 { (u, v, best) = (newU, newV, distance) }
        }

        /// Tries a neighbour's match, shifted by this pixel's offset from the neighbour.
        mutating func propagate(from match: SIMD2<Int32>, _ dx: Int, _ dy: Int) {
            guard match.x >= 0 else { return }
            let (newU, newV) = (Int(match.x) + dx, Int(match.y) + dy)
            guard (newU, newV) != (u, v), strips.columns.contains(newU), strips.rows.contains(newV) else { return }
            consider(newU, newV)
        }

        /// Tries random positions in windows of decreasing radius around the best match.
        mutating func search(_ generator: inout PixelGenerator) {
            let (columns, rows) = (strips.columns, strips.rows)
            var reach = max(strips.painting.width, strips.painting.height)
            while reach > 0 && best > 0 {
                let newU = generator.next(in: max(columns.lowerBound, u - reach)...min(columns.upperBound, u + reach))
                let newV = generator.next(in: max(rows.lowerBound, v - reach)...min(rows.upperBound, v + reach))
                consider(newU, newV)
                reach /= 2
            }
        }

        func store() {
            strips.centres[index] = SIMD2(Int32(u), Int32(v))
            strips.distances[index] = best
        }
    }
}

extension Image {
    /// Padded by `radius` pixels at each side, repeating the edge.
    fileprivate func repeatingEdge(by radius: Int) -> Image {
        let size = Size(width: width + 2 * radius, height: height + 2 * radius)
        return Image(size) { out in
            values.read { values in
                parallelFor(size.height) { y in
                    let row = min(max(y - radius, 0), height - 1) * width
                    for x in 0..<size.width {
                        let from = 3 * (row + min(max(x - radius, 0), width - 1)), to = 3 * (y * size.width + x)
                        for c in 0..<3 { out[to + c] = values[from + c] }
                    }
                }
            }
        }
    }
}
