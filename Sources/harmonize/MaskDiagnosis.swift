internal import Imaging

/// What a mask looks like that will hardly give what was wanted.
enum MaskDiagnosis {
    /// From this part of the picture on, an object is more likely the background.
    private static let largestPart = 0.9
    /// How many times as well a turned mask must follow the object's edges to be the likelier one, and how much better than
    /// any place does.
    private static let clearlyBetter: Float = 2

    /// What is wrong with an object's mask; nil for one that looks right.
    ///
    /// A mask that is white all over is taken for one where no object was cut out; one that is white at all four corners,
    /// or nearly all over, for one that is inverted; one whose outline lies on the object's edges only when it is turned
    /// over, for one that is upside down.
    static func warning(for mask: Mask, of object: Image) -> Warnings.Warning? {
        let covered = mask.values.reduce(0) { $0 + Double($1) } / Double(mask.values.count)
        let percent = Int((100 * covered).rounded())
        if mask.values.allSatisfy({ $0 > 0.5 }) {
            return .init(
                warning: "the mask is white all over: the whole picture is the object",
                hint: "white is where the object is, black around it")
        }
        let corners = [(0, 0), (mask.width - 1, 0), (0, mask.height - 1), (mask.width - 1, mask.height - 1)]
        let isSurrounding = corners.allSatisfy { mask[$0.0, $0.1] > 0.5 }
        if covered > largestPart || isSurrounding {
            return .init(
                warning: "the mask covers \(percent) % of the picture\(isSurrounding ? " and all its corners" : "")",
                hint: "is it inverted? White is where the object is, black around it")
        }
        return betterTurn(of: mask, on: object).map { turn in
            .init(
                warning: "the mask's outline follows the object's edges better when it is \(turn)",
                hint: "was one of the two files turned or mirrored? export both from the same picture")
        }
    }

    /// How a mask has to be turned to lie on the object's edges, if it clearly does not as it is.
    private static func betterTurn(of mask: Mask, on object: Image) -> String? {
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
            ("upside down", strength { ($0, bottom - $1) }), ("mirrored", strength { (right - $0, $1) }),
            ("turned by 180°", strength { (right - $0, bottom - $1) }),
        ].max { $0.1 < $1.1 }
        guard let turned, turned.1 > clearlyBetter * max(asItIs, average) else { return nil }
        return turned.0
    }

    /// The pixels where a mask goes from black to white.
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

    /// How much a picture changes at each pixel: the largest difference, of the mean of its colours, to a pixel of the 5×5
    /// around it.
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
