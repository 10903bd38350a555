internal import Compute
internal import Geometry

/// Connected regions and neighbourhoods of binary masks.
enum Regions {
    /// The share of the largest part's pixels below which another part is an island, and of the object's pixels below
    /// which what it encloses is a hole.
    private static let island = 0.02, hole = 0.002

    /// The mask without small islands, but for those with a pixel in `keep`, and without small holes.
    static func cleaned(_ mask: [Bool], _ size: Size, keep: [Bool]) -> [Bool] {
        var mask = mask
        let parts = components(of: mask, size, value: true)
        let largest = parts.map(\.count).max() ?? 0
        for part in parts where Double(part.count) < island * Double(largest) {
            if !part.contains(where: { keep[$0] }) { for i in part { mask[i] = false } }
        }
        let area = mask.count { $0 }
        for part in components(of: mask, size, value: false) where Double(part.count) < hole * Double(area) {
            let touchesEdge = part.contains { i in
                let (x, y) = (i % size.width, i / size.width)
                return x == 0 || y == 0 || x == size.width - 1 || y == size.height - 1
            }
            if !touchesEdge { for i in part { mask[i] = true } }
        }
        return mask
    }

    /// The indices of the pixels of each 4-connected region of `value`.
    private static func components(of mask: [Bool], _ size: Size, value: Bool) -> [[Int]] {
        var isSeen = mask.map { $0 != value }
        var components: [[Int]] = []
        for start in mask.indices where !isSeen[start] {
            var component = [start], next = 0
            isSeen[start] = true
            while next < component.count {
                let i = component[next], x = i % size.width
                next += 1
                for (j, isInside) in [
                    (i - 1, x > 0), (i + 1, x < size.width - 1), (i - size.width, i >= size.width),
                    (i + size.width, i + size.width < mask.count),
                ] where isInside && !isSeen[j] {
                    isSeen[j] = true
                    component.append(j)
                }
            }
            components.append(component)
        }
        return components
    }

    /// The number of pairs of neighbours, side by side or one below the other, of which one is in the mask.
    static func outline(of mask: [Bool], _ size: Size) -> Int {
        var length = 0
        for y in 0..<size.height {
            for x in 0..<size.width {
                let i = y * size.width + x
                if x + 1 < size.width, mask[i] != mask[i + 1] { length += 1 }
                if y + 1 < size.height, mask[i] != mask[i + size.width] { length += 1 }
            }
        }
        return length
    }

    /// For each pixel, the share of the (2·`radius` + 1)² window around it, cropped at the border, that is in the mask.
    /// Exactly 0 and 1 where none and all of it is. O(pixels).
    static func shares(of mask: [Bool], _ size: Size, radius: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: size.pixelCount) { shares, count in
            count = size.pixelCount
            nonisolated(unsafe) let shares = shares
            let height = 64
            parallelFor(size.height, inPartsOf: height) { rows in
                // The sums of the columns of the window around a row.
                var sums = [Int](repeating: 0, count: size.width)
                func add(_ y: Int, _ sign: Int) {
                    guard 0..<size.height ~= y else { return }
                    for x in 0..<size.width where mask[y * size.width + x] { sums[x] += sign }
                }
                for y in rows.lowerBound - radius..<rows.lowerBound + radius { add(y, 1) }
                for y in rows {
                    add(y + radius, 1)
                    let lines = min(y + radius, size.height - 1) - max(y - radius, 0) + 1
                    var sum = sums[..<min(radius, size.width)].reduce(0, +)
                    for x in 0..<size.width {
                        if x + radius < size.width { sum += sums[x + radius] }
                        let columns = min(x + radius, size.width - 1) - max(x - radius, 0) + 1
                        shares[y * size.width + x] = Float(sum) / Float(lines * columns)
                        if x >= radius { sum -= sums[x - radius] }
                    }
                    add(y - radius, -1)
                }
            }
        }
    }
}
