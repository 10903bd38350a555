import Imaging
import Testing

@testable import Synthesis

@Suite struct GuidePlanesTests {
    private let size = Size(width: 41, height: 33)

    /// The channels of ``GuidePlanes/interleave(_:into:stride:_:pictureOnly:)`` without their weights.
    private func channels(_ image: Image, scale: Double) -> [[Double]] {
        let lab = LabImage(image), l = double(lab.lightness)
        let picture = [l, double(lab.a), double(lab.b)]
        let smooth = Plain.blur(l, size, max(6 * scale, 1))
        return picture + picture.map { Plain.blur($0, size, max(2 * scale, 0.6)) } + [
            Plain.blur(zip(l, smooth).map(-), size, max(0.7 * scale, 0.3)),
            Plain.energy(l, size, max(3 * scale, 0.6)),
        ]
    }

    private func values(
        _ planes: GuidePlanes, _ part: Region, _ weights: GuideWeights, pictureOnly: Bool = false, before: Float = -7
    ) -> [Float] {
        var result = [Float](repeating: before, count: part.size.pixelCount * 8)
        planes.interleave(
            part, into: &result, stride: part.columns.count * 8, weights, pictureOnly: pictureOnly)
        return result
    }

    @Test(arguments: [1, 0.5, 0.1])
    func `the channels are the plain computation's, weighted, with the edge repeated`(scale: Double) {
        let image = Sample.painting(size.width, size.height, seed: 1)
        var weights = GuideWeights()
        (weights.chroma, weights.color, weights.detail, weights.energy) = (0.5, 1.25, 1.5, 4)
        let planes = GuidePlanes(of: LabImage(image), weights, scale: scale)
        let part = Region(columns: -3..<size.width + 4, rows: -5..<size.height + 2)
        let values = values(planes, part, weights), expected = channels(image, scale: scale)
        let factors = [1, 0.5, 0.5, 1.25, 1.25 * 0.5, 1.25 * 0.5, 1.5, 4].map { $0 / 100 }
        var worst = 0.0
        for (i, value) in values.enumerated() {
            let x = min(max(part.columns.lowerBound + i / 8 % part.columns.count, 0), size.width - 1)
            let y = min(max(part.rows.lowerBound + i / 8 / part.columns.count, 0), size.height - 1)
            worst = max(worst, abs(Double(value) - factors[i % 8] * expected[i % 8][y * size.width + x]))
        }
        #expect(worst < 1e-5, "\(worst)")
    }

    @Test func `the picture's channels alone leave the others`() {
        let weights = GuideWeights(), part = Region(columns: 3..<20, rows: 4..<9)
        let planes = GuidePlanes(of: LabImage(Sample.painting(41, 33, seed: 1)), weights, scale: 1)
        let all = values(planes, part, weights), some = values(planes, part, weights, pictureOnly: true)
        #expect(all.indices.allSatisfy { some[$0] == ($0 % 8 < 3 ? all[$0] : -7) })
        // Another picture, the same guides.
        let other = LabImage(Sample.painting(41, 33, seed: 2))
        let replaced = values(planes.with(other), part, weights)
        let fresh = values(GuidePlanes(of: other, weights, scale: 1), part, weights)
        #expect(all.indices.allSatisfy { replaced[$0] == ($0 % 8 < 3 ? fresh[$0] : all[$0]) })
    }

    @Test func `guides without weight are zero`() {
        var weights = GuideWeights()
        (weights.detail, weights.energy) = (0, 0)
        let planes = GuidePlanes(of: LabImage(Sample.painting(41, 33, seed: 1)), weights, scale: 1)
        let values = values(planes, .whole(of: size), weights)
        #expect(values.indices.allSatisfy { $0 % 8 < 6 || values[$0] == 0 })
        #expect(GuidePlanes.reach(weights, scale: 1) == 6)
        #expect(GuidePlanes.reach(GuideWeights(), scale: 1) == 27)
    }

    @Test func `pixels beyond the reach do not matter`() {
        let weights = GuideWeights(), reach = GuidePlanes.reach(weights, scale: 0.25)
        let image = Sample.painting(41, 33, seed: 1)
        var changed = image
        for y in 0..<33 { changed[0, y] = SIMD3(1, 0, 1) }
        let part = Region(columns: reach + 1..<41, rows: 0..<33)
        let a = values(GuidePlanes(of: LabImage(image), weights, scale: 0.25), part, weights)
        let b = values(GuidePlanes(of: LabImage(changed), weights, scale: 0.25), part, weights)
        #expect(sameBits(a, b))
    }

    @Test func `the aim has the strength of the painting's detail and its stroke energy`() {
        var weights = GuideWeights()
        (weights.chroma, weights.detail, weights.energy) = (1, 100, 100)
        let painting = Sample.painting(41, 33, seed: 1), guide = Sample.painting(41, 33, seed: 2, noise: 0.01)
        let structure = Sample.painting(41, 33, seed: 3, noise: 0.2)
        let mask = Sample.mask(41, 33, 5..<30, 4..<28)
        let planes = GuidePlanes(of: LabImage(painting), weights, scale: 1)
        let own = GuidePlanes(of: LabImage(guide), weights, scale: 1)
        let aim = own.aiming(
            at: planes, structure: GuidePlanes(of: LabImage(structure), weights, scale: 1), where: mask, weights)
        let (all, before) = (values(aim, .whole(of: size), weights), values(own, .whole(of: size), weights))
        #expect(all.indices.allSatisfy { $0 % 8 >= 6 || all[$0] == before[$0] })

        func deviation(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        }
        let painted = channels(painting, scale: 1), drawn = channels(structure, scale: 1)[6]
        let factor = deviation(painted[6]) / deviation(mask.positions.map { drawn[$0] })
        let table = EnergyTable(
            FloatBuffer(painted[7].map { Float($0) }), at: FloatBuffer(painted[3].map { Float($0) }),
            quantile: 0.7)
        let color = channels(guide, scale: 1)[3]
        for i in 0..<size.pixelCount {
            #expect(abs(Double(all[8 * i + 6]) - factor * drawn[i]) < 1e-3)
            #expect(abs(all[8 * i + 7] - table[Float(color[i])]) < 1e-3)
        }
    }
}
