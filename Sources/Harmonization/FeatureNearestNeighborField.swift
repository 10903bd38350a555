package import Imaging

/// A nearest-neighbour field: for each position in a region of a tap, the position of its match in the painting's tap
/// (flat indices y·W + x into the whole tap).
package struct FeatureNearestNeighborField: Equatable, Sendable {
    /// The whole tap's width and height.
    package let width, height: Int
    /// The region of the tap that the field covers.
    package let region: Region
    /// A match for each position of the region, in raster order; positions that were not queried match themselves.
    package var matches: [Int]

    /// The identity field on `region`; nil: on the whole tap.
    package init(width: Int, height: Int, region: Region? = nil) {
        let region = region ?? Region(columns: 0..<width, rows: 0..<height)
        self.width = width
        self.height = height
        self.region = region
        matches = region.rows.flatMap { y in region.columns.map { y * width + $0 } }
    }

    /// The index into `matches` of the tap's position (x, y); nil outside the region.
    private func index(_ x: Int, _ y: Int) -> Int? {
        guard region.columns.contains(x), region.rows.contains(y) else { return nil }
        return (y - region.rows.lowerBound) * region.columns.count + x - region.columns.lowerBound
    }

    /// The match of the tap's position (x, y); outside the region it is itself.
    private func match(_ x: Int, _ y: Int) -> Int { index(x, y).map { matches[$0] } ?? y * width + x }

    /// The field made spatially consistent (Luan et al. 2018, section 3.2).
    ///
    /// Inside `tight` (> 0.1), the candidates of a position are the matches of its 5×5 neighbours, each shifted back by
    /// the neighbour's offset. The candidate wins whose colour in `guide` has the least sum of squared distances to the
    /// colours of all candidates, repeats included; ties go to the lowest index. `guide` is the painting at the tap's
    /// size (the paper compares colours too), `tight` the tight mask in the region.
    package func refined(guide: Image, tight: Mask) -> FeatureNearestNeighborField {
        precondition(
            guide.size == Size(width: width, height: height) && tight.size == region.size,
            "a guide of \(guide.size) and a mask of \(tight.size) for \(region) of \(width)×\(height)")
        var result = self
        for (row, y) in region.rows.enumerated() {
            for (column, x) in region.columns.enumerated() where tight[column, row] > 0.1 {
                let candidates = candidates(x, y)
                if let best = mostTypical(of: candidates, guide) { result.matches[row * tight.width + column] = best }
            }
        }
        return result
    }

    /// The neighbours' matches shifted back, as far as they lie in the frame, repeats included.
    private func candidates(_ x: Int, _ y: Int) -> [Int] {
        var result: [Int] = []
        for dy in -2...2 where y + dy >= 0 && y + dy < height {
            for dx in -2...2 where x + dx >= 0 && x + dx < width {
                let match = match(x + dx, y + dy)
                let (u, v) = (match % width - dx, match / width - dy)
                if u >= 0, u < width, v >= 0, v < height { result.append(v * width + u) }
            }
        }
        return result
    }

    private func mostTypical(of candidates: [Int], _ guide: Image) -> Int? {
        var best: (index: Int, distance: Float)?
        var previous: Int?
        for index in candidates.sorted() where index != previous {
            previous = index
            let colour = guide[index % width, index / width]
            var distance: Float = 0
            for other in candidates {
                let difference = colour - guide[other % width, other / width]
                distance += (difference * difference).sum()
            }
            if best.map({ distance < $0.distance }) ?? true { best = (index, distance) }
        }
        return best?.index
    }

    /// The field resampled to `region` (nil: all) of a tap of `size`: nearest neighbour, with the offsets scaled.
    ///
    /// In Float, as in the reference: at halves the last bit decides between two positions.
    package func carried(to size: Size, region: Region? = nil) -> FeatureNearestNeighborField {
        var result = FeatureNearestNeighborField(width: size.width, height: size.height, region: region)
        let scaleX = Self.scale(size.width, width), scaleY = Self.scale(size.height, height)
        var index = 0
        for y in result.region.rows {
            let cellY = Self.cell(y, of: size.height, in: height)
            for x in result.region.columns {
                let cellX = Self.cell(x, of: size.width, in: width)
                let match = match(cellX, cellY)
                let u = Int(Float(x) + Float(match % width - cellX) * scaleX + 0.5)
                let v = Int(Float(y) + Float(match / width - cellY) * scaleY + 0.5)
                result.matches[index] =
                    min(max(v, 0), size.height - 1) * size.width + min(max(u, 0), size.width - 1)
                index += 1
            }
        }
        return result
    }

    private static func scale(_ count: Int, _ coarse: Int) -> Float { Float(Double(count) / Double(coarse)) }

    /// The position among `coarse` that the match of position `i` of `count` is carried from.
    static func cell(_ i: Int, of count: Int, in coarse: Int) -> Int {
        min(Int((Float(i) + 0.5) / scale(count, coarse)), coarse - 1)
    }

    /// The mask `tight` without repeated matches: among its positions ≥ 0.1, in raster order, only the first one
    /// matched with each style position keeps its value; all others are 0.
    package func firstUses(tight: Mask) -> Mask {
        precondition(tight.size == region.size, "a mask of \(tight.size) for \(region)")
        var used = [Bool](repeating: false, count: width * height)
        var result = Mask(width: tight.width, height: tight.height, repeating: 0)
        for i in matches.indices where tight.values[i] >= 0.1 && !used[matches[i]] {
            used[matches[i]] = true
            result.values[i] = tight.values[i]
        }
        return result
    }
}

extension Image {
    /// This picture at a tap's size: bilinear with half-pixel centres and without antialiasing.
    package func guide(of size: Size) -> Image {
        func sample(_ i: Int, _ count: Int, of total: Int) -> (Int, Int, Float) {
            let position = max(0, (Float(i) + 0.5) * (Float(total) / Float(count)) - 0.5)
            let first = min(Int(position), total - 1)
            return (first, min(first + 1, total - 1), position - Float(first))
        }
        var result = Image(
            width: size.width, height: size.height, values: Array(repeating: 0, count: 3 * size.width * size.height))
        for y in 0..<size.height {
            let (top, bottom, b) = sample(y, size.height, of: height)
            for x in 0..<size.width {
                let (left, right, r) = sample(x, size.width, of: width)
                let above = self[left, top] * (1 - r) + self[right, top] * r
                let below = self[left, bottom] * (1 - r) + self[right, bottom] * r
                result[x, y] = above * (1 - b) + below * b
            }
        }
        return result
    }
}
