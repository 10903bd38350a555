import Imaging
import Testing

@Suite struct ColorTransferTests {
    private let mask = Mask.random(width: 24, height: 20, seed: 8)

    private func statistics(_ image: Image) throws -> ColorStatistics {
        try #require(ColorStatistics(image, weights: mask))
    }

    private func picture(spread: Float = 0.2, seed: UInt64) -> Image {
        .mixed(width: 24, height: 20, spread: spread, seed: seed)
    }

    private func transferred(_ image: Image, _ transfer: ColorTransfer) -> PlainStatistics {
        PlainStatistics(image.colors.map { transfer($0) }, weights: mask.values.map(Double.init))
    }

    @Test("mean and covariance become the target's", arguments: 1...6 as ClosedRange<UInt64>)
    func reachesTarget(seed: UInt64) throws {
        let image = picture(spread: 0.1, seed: seed), source = try statistics(image)
        let target = try statistics(picture(spread: 0.3, seed: seed + 100))
        // Before, they are not.
        #expect(PlainStatistics(image.colors, weights: mask.values.map(Double.init)).difference(target) > 1e-3)
        let transfer = ColorTransfer(from: source, to: target, ridge: 1e-10)
        #expect(transferred(image, transfer).difference(target) < 1e-5)
    }

    @Test("the ridge costs what it says", arguments: 1...6 as ClosedRange<UInt64>)
    func ridge(seed: UInt64) throws {
        let image = picture(seed: seed), target = try statistics(picture(seed: seed + 100))
        let transfer = ColorTransfer(from: try statistics(image), to: target)
        let ridge = 1.0 / 65025, square = transfer.matrix * transfer.matrix
        var expected = target
        for c in 0..<3 {
            expected.covariance[c] -= ridge * square[c]
            expected.covariance[c][c] += ridge
        }
        #expect(transferred(image, transfer).difference(expected) < 1e-10)
    }

    @Test("the matrix is symmetric and stretches only", arguments: 1...6 as ClosedRange<UInt64>)
    func isGradient(seed: UInt64) throws {
        // Of all the matrices that give the covariance it is the only such one.
        let transfer = ColorTransfer(from: try statistics(picture(seed: seed)), to: try statistics(picture(seed: 77)))
        let matrix = transfer.matrix
        for r in 0..<3 { for c in 0..<3 { #expect(abs(matrix[c][r] - matrix[r][c]) < 1e-9) } }
        _ = matrix.mappingEigenvalues {
            #expect($0 > 0)
            return $0
        }
    }

    @Test func `channels that vary on their own are scaled by the quotients of their spreads`() {
        let source = ColorStatistics(
            mean: SIMD3(0.1, 0.2, 0.3), covariance: Matrix3(diagonal: SIMD3(0.01, 0.04, 0.09)))
        let target = ColorStatistics(
            mean: SIMD3(0.6, 0.5, 0.4), covariance: Matrix3(diagonal: SIMD3(0.09, 0.01, 0.09)))
        let transfer = ColorTransfer(from: source, to: target, ridge: 1e-12)
        let moved = transfer(SIMD3(0.2, 0.4, 0.2))
        for (value, expected) in zip([moved.x, moved.y, moved.z], [0.9, 0.6, 0.3]) {
            #expect(abs(value - expected) < 1e-8)
        }
    }

    @Test func `equal statistics give the identity, whatever their rank`() throws {
        let images = [
            picture(seed: 1), .greys(width: 24, height: 20, seed: 2), .constant(width: 24, height: 20, .one / 3),
        ]
        for image in images {
            let statistics = try statistics(image), transfer = ColorTransfer(from: statistics, to: statistics)
            // Rounding errors of the middle root are divided by the ridge.
            #expect(picture(seed: 9).colors.allSatisfy { abs(transfer($0) - $0).max() < 1e-8 })
        }
    }

    @Test func `statistics without variance give finite matrices`() throws {
        let images = [
            picture(seed: 1), .greys(width: 24, height: 20, seed: 2), .constant(width: 24, height: 20, .zero),
            .constant(width: 24, height: 20, .one),
        ]
        for from in images {
            for to in images {
                let (source, target) = (try statistics(from), try statistics(to))
                let transfer = ColorTransfer(from: source, to: target)
                #expect(from.colors.allSatisfy { abs(transfer($0)).max() < 10 })  // false with NaN
                #expect(abs(transfer(source.mean) - target.mean).max() < 1e-15)
            }
        }
    }

    @Test func `a ridge below the rounding errors, which make eigenvalues negative, gives finite matrices too`() {
        for color in picture(seed: 6).colors {
            // Colours on a line.
            let line = Matrix3(color.x * color, color.y * color, color.z * color)
            let statistics = ColorStatistics(mean: color, covariance: line)
            let matrix = ColorTransfer(from: statistics, to: statistics, ridge: 1e-12).matrix
            #expect(abs(matrix * .one).max() < .infinity)
        }
    }
}

/// The magnitude of each channel.
private func abs(_ color: SIMD3<Double>) -> SIMD3<Double> { color.replacing(with: -color, where: color .< 0) }
