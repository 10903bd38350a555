import Harmonization
import Tensors
import TestSupport
import Testing

@Suite struct PixelVariablesTests {
    private let start = Tensor.random([6, 9, 3], in: 0...1, seed: 1)
    /// The corners, an edge and a block: neighbours in both directions, and pixels at the map's end.
    private let positions = [0, 8, 20, 21, 29, 30, 31, 39, 45, 53]
    private var variables: PixelVariables { PixelVariables(start: start, positions: positions) }

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

    @Test func `the gradient is that of the picture, and a wrong one is found out`() {
        let weights = Tensor.random(start.shape, seed: 2)
        let z = Tensor.random([positions.count, 3], seed: 3)
        let gradient = variables.gradient(weights)
        let check = GradientCheck(step: 0.1)
        #expect(check.error(of: gradient, at: z) { variables.picture($0).dot(weights) } <= 1e-3)
        #expect(check.error(of: check.spoiled(gradient), at: z) { variables.picture($0).dot(weights) } > 1e-2)
    }
}
