import Harmonization
import Tensors
import TestSupport
import Testing

@Suite struct PixelVariablesTests {
    private let start = Tensor.random([6, 9, 3], in: 0...1, seed: 1)
    /// The corners, an edge and a block: neighbours in both directions, and pixels at the map's end.
    private let positions = [0, 8, 20, 21, 29, 30, 31, 39, 45, 53]
    private var variables: PixelVariables {
        PixelVariables(start: start, positions: positions, kind: .colors)
    }

    @Test func `the origin is the start, and a step changes the pixels with D = 1 alone`() {
        #expect(variables.picture(variables.origin).values == start.values)
        let picture = variables.picture(Tensor(shape: [positions.count, 3], repeating: 1))
        for i in start.values.indices {
            #expect((picture.values[i] != start.values[i]) == positions.contains(i / 3))
        }
    }

    @Test func `one pixel moves its neighbours by the filter's weights`() {
        var z = [Float](repeating: 0, count: 3 * positions.count)
        z[3 * 5] = 1  // the red of pixel 30
        let picture = variables.picture(Tensor(shape: [positions.count, 3], values: z))
        func change(_ pixel: Int) -> Float { picture.values[3 * pixel] - start.values[3 * pixel] }
        let g: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
        #expect(abs(change(30) - (1 + g[2] * g[2])) < 1e-6)
        #expect(abs(change(31) - g[2] * g[3]) < 1e-6)
        #expect(abs(change(39) - g[2] * g[3]) < 1e-6)
        #expect(abs(change(20) - g[1] * g[1]) < 1e-6)
        #expect(abs(change(8)) < 1e-6 && picture.values[3 * 30 + 1] == start.values[3 * 30 + 1])
    }

    @Test func `colours move through the wide filter alone, their mean as without`() {
        let (width, height) = (41, 37)
        let start = Tensor(shape: [height, width, 3], repeating: 0)
        let positions = Array(0..<width * height), centre = 18 * width + 20
        var z = [Float](repeating: 0, count: 3 * positions.count)
        z[3 * centre] = 3  // red: a mean of 1, and 2, −1, −1 beside it
        let step = Tensor(shape: [positions.count, 3], values: z)
        let smooth = PixelVariables(start: start, positions: positions, kind: .smoothColors).picture(step).values
        let plain = PixelVariables(start: start, positions: positions, kind: .colors).picture(step).values
        // G, and G with a hole between its taps, twice.
        func convolved(_ a: [Float], _ step: Int) -> [Float] {
            var result = [Float](repeating: 0, count: a.count + 4 * step)
            for (k, weight) in [Float](arrayLiteral: 1, 4, 6, 4, 1).enumerated() {
                for i in a.indices { result[i + k * step] += weight / 16 * a[i] }
            }
            return result
        }
        let filter = convolved(convolved(convolved([1], 1), 2), 2)
        #expect(filter.count == 21)
        for y in 0..<height {
            for x in 0..<width {
                let i = 3 * (y * width + x), (u, v) = (x - 10, y - 8)
                let wide = filter.indices.contains(u) && filter.indices.contains(v) ? filter[u] * filter[v] : 0
                let mean = (smooth[i] + smooth[i + 1] + smooth[i + 2]) / 3
                #expect(abs(mean - plain[i] / 3) < 1e-6)
                for (c, part) in [Float](arrayLiteral: 2, -1, -1).enumerated() {
                    #expect(abs(smooth[i + c] - mean - part * wide) < 1e-6)
                }
            }
        }
    }

    @Test func `lightness is one value for red, green and blue`() {
        let z = Tensor(shape: [positions.count, 1], values: (1...positions.count).map(Float.init))
        let plain = PixelVariables(start: start, positions: positions, kind: .lightness)
        #expect(plain.origin == Tensor(shape: [positions.count, 1], repeating: 0))
        var expected = Array(start.values)
        for (i, position) in positions.enumerated() {
            for c in 3 * position..<3 * position + 3 { expected[c] += Float(i + 1) }
        }
        #expect(Array(plain.picture(z).values) == expected)
    }

    @Test(arguments: [PixelVariables.Kind.colors, .smoothColors, .lightness])
    func `the gradient is that of the picture, and a wrong one is found out`(kind: PixelVariables.Kind) {
        let variables = PixelVariables(start: start, positions: positions, kind: kind)
        let weights = Tensor.random(start.shape, seed: 2)
        let z = Tensor.random(variables.origin.shape, seed: 3)
        let gradient = variables.gradient(weights)
        let check = GradientCheck(step: 0.1)
        #expect(check.error(of: gradient, at: z) { variables.picture($0).dot(weights) } <= 1e-3)
        #expect(check.error(of: check.spoiled(gradient), at: z) { variables.picture($0).dot(weights) } > 1e-2)
    }
}
