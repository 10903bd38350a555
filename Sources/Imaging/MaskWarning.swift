/// A probable mistake in an object's mask, which can be used all the same.
public enum MaskWarning: Equatable, Sendable {
    /// The mask is above ½ everywhere: no object was cut out.
    case coversAll
    /// The mask covers more than 0.9 of the picture, or is above ½ in all four corners, or would be so without a narrow
    /// frame: it may be inverted. `coverage` is its mean value, 0…1.
    case inverted(coverage: Double, coversCorners: Bool)
    /// The mask's outline follows the object's edges only once the mask is turned.
    case turned(Turn)

    /// A transformation of a mask.
    public enum Turn: Sendable {
        /// Flipped vertically, flipped horizontally, rotated by 180°, or by 90° to either side if it is square.
        case upsideDown, mirrored, rotated, left, right
    }

    /// The coverage above which the mask more likely selects the background.
    private static let largestCoverage = 0.9
    /// The mean edge strength along a turned outline must exceed this many times that along the unturned outline and
    /// that of the whole picture.
    private static let clearlyBetter: Float = 2

    /// The first warning that applies to `mask`, of the size of `object`; nil where none does.
    init?(_ mask: Mask, of object: Image) {
        if mask.values.allSatisfy({ $0 > 0.5 }) {
            self = .coversAll
            return
        }
        let coverage = mask.values.reduce(0) { $0 + Double($1.clampedToUnit) } / Double(mask.values.count)
        // The corners, and those within a frame of a thirty-second of each side.
        let coversCorners = [(0, 0), (mask.width / 32, mask.height / 32)].contains { left, top in
            let (right, bottom) = (mask.width - 1 - left, mask.height - 1 - top)
            return [(left, top), (right, top), (left, bottom), (right, bottom)].allSatisfy { mask[$0.0, $0.1] > 0.5 }
        }
        if coverage > Self.largestCoverage || coversCorners {
            self = .inverted(coverage: coverage, coversCorners: coversCorners)
            return
        }
        guard let turn = Self.betterTurn(of: mask, on: object) else { return nil }
        self = .turned(turn)
    }

    /// The turn that makes the mask follow the object's edges clearly better; nil where none does.
    private static func betterTurn(of mask: Mask, on object: Image) -> Turn? {
        let edges = edges(of: object)
        let average = edges.reduce(0, +) / Float(edges.count)
        let outline = outline(of: mask)
        guard !outline.isEmpty else { return nil }
        let (right, bottom) = (mask.width - 1, mask.height - 1)
        func strength(_ turn: (Int, Int) -> (Int, Int)) -> Float {
            outline.reduce(0) { sum, point in
                let (x, y) = turn(point.x, point.y)
                return sum + edges[y * mask.width + x]
            } / Float(outline.count)
        }
        let asItIs = strength { ($0, $1) }
        let turned = [
            (Turn.upsideDown, strength { ($0, bottom - $1) }), (.mirrored, strength { (right - $0, $1) }),
            (.rotated, strength { (right - $0, bottom - $1) }),
        ]
        let quarters =
            right == bottom
            ? [(Turn.left, strength { ($1, right - $0) }), (.right, strength { (bottom - $1, $0) })] : []
        guard let turned = (turned + quarters).max(by: { $0.1 < $1.1 }), turned.1 > clearlyBetter * max(asItIs, average)
        else { return nil }
        return turned.0
    }

    /// The pixels where the mask crosses ½ to the right or below.
    private static func outline(of mask: Mask) -> [(x: Int, y: Int)] {
        var outline: [(x: Int, y: Int)] = []
        for y in 0..<mask.height - 1 {
            for x in 0..<mask.width - 1 {
                let inside = mask[x, y] > 0.5
                if inside != (mask[x + 1, y] > 0.5) || inside != (mask[x, y + 1] > 0.5) { outline.append((x, y)) }
            }
        }
        return outline
    }

    /// The edge strength at each pixel: the largest difference of the mean over channels within the 5×5 patch.
    private static func edges(of picture: Image) -> [Float] {
        let (width, height) = (picture.width, picture.height)
        let grey = (0..<width * height).map { picture.values[3 * $0..<3 * $0 + 3].reduce(0, +) / 3 }
        return (0..<width * height).map { i in
            let (x, y) = (i % width, i / width)
            var largest: Float = 0
            for v in max(0, y - 2)...min(height - 1, y + 2) {
                for u in max(0, x - 2)...min(width - 1, x + 2) {
                    largest = max(largest, abs(grey[v * width + u] - grey[i]))
                }
            }
            return largest
        }
    }
}
