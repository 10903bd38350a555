internal import Imaging

/// The distinct colours of a picture: a histogram over cubic cells of CIELAB.
///
/// A colour belongs to the cell at round(q·L/100), round(q·a/100), round(q·b/100) for q cells per 100 units. L counts
/// within −10…110, a and b within −150…150, which includes sRGB's gamut; colours beyond belong to the outermost cells.
struct ColorCells {
    /// The mean colour (L, a, b) of each cell that has pixels, in the order in which they occur.
    let means: [SIMD3<Float>]
    /// The number of pixels of each.
    let counts: [Int]
    /// The index among these of each pixel's cell.
    let indices: [Int32]

    /// The cells of the pixels at `positions` (y·W + x) of `lab`; nil for all pixels. O(pixels).
    init(of lab: LabImage, at positions: [Int]? = nil, cellsPer100: Int) {
        precondition((1...200).contains(cellsPer100), "1 to 200 cells per 100 units, not \(cellsPer100)")
        let count = positions?.count ?? lab.width * lab.height
        let scale = Float(cellsPer100) / 100
        let lowL = (-10 * scale).rounded(.down), highL = (110 * scale).rounded(.up)
        let high = (150 * scale).rounded(.up)
        let lightnesses = Int(highL - lowL) + 1, side = 2 * Int(high) + 1
        /// The number of a cell along an axis, from 0; also of a not-a-number.
        func cell(_ value: Float, _ low: Float, _ high: Float) -> Int {
            Int(min(max(low, (value * scale).rounded(.toNearestOrEven)), high) - low)
        }
        var numbers = [Int32](repeating: -1, count: lightnesses * side * side)
        var indices = [Int32](repeating: 0, count: count)
        // L, a, b and 1.
        var sums: [SIMD4<Double>] = []
        numbers.withUnsafeMutableBufferPointer { numbers in
            indices.withUnsafeMutableBufferPointer { indices in
                lab.lightness.read { lightness in
                    lab.a.read { a in
                        lab.b.read { b in
                            for k in 0..<count {
                                let i = positions?[k] ?? k
                                let place =
                                    (cell(lightness[i], lowL, highL) * side + cell(a[i], -high, high)) * side
                                    + cell(b[i], -high, high)
                                if numbers[place] < 0 {
                                    numbers[place] = Int32(sums.count)
                                    sums.append(.zero)
                                }
                                indices[k] = numbers[place]
                                sums[Int(numbers[place])] += SIMD4(
                                    Double(lightness[i]), Double(a[i]), Double(b[i]), 1)
                            }
                        }
                    }
                }
            }
        }
        self.indices = indices
        counts = sums.map { Int($0.w) }
        means = sums.map { SIMD3(Float($0.x / $0.w), Float($0.y / $0.w), Float($0.z / $0.w)) }
    }

    /// The place of a colour's cell on a Z-order curve: the bits of its three coordinates by turns.
    static func zOrder(_ color: SIMD3<Float>, cellsPer100: Int) -> UInt64 {
        let shifted = (color + SIMD3(10, 150, 150)) * (Float(cellsPer100) / 100)
        var code: UInt64 = 0
        for c in 0..<3 {
            let coordinate = UInt64(min(max(0, shifted[c].rounded()), 1023))
            for bit in 0..<10 { code |= (coordinate >> bit & 1) << (3 * bit + c) }
        }
        return code
    }
}
