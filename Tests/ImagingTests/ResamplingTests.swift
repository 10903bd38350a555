import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct ResamplingTests {
    private static let sizes = [(1, 1), (2, 3), (7, 5), (10, 10), (13, 4), (29, 31), (1, 40), (100, 1)]
        .map { Size(width: $0.0, height: $0.1) }

    private func noise(_ size: Size) -> Image {
        let count = 3 * size.width * size.height
        return Image(
            width: size.width, height: size.height, values: (0..<count).map { Float($0 * $0 * 29 % 256) / 255 })
    }

    /// Catmull-Rom resampling as it is defined, in Double and two-dimensional, of the channel `c`.
    private func expected(_ image: Image, _ size: Size, channel c: Int) -> [Double] {
        func cubic(_ distance: Double) -> Double {
            let x = abs(distance)
            if x < 1 { return 1.5 * x * x * x - 2.5 * x * x + 1 }
            return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0
        }
        func weights(_ i: Int, _ count: Int, _ newCount: Int) -> [Double] {
            let scale = Double(count) / Double(newCount), centre = (Double(i) + 0.5) * scale - 0.5
            let values = (0..<count).map { cubic((Double($0) - centre) / max(1, scale)) }
            let total = values.reduce(0, +)
            return values.map { $0 / total }
        }
        return (0..<size.width * size.height).map { i in
            let columns = weights(i % size.width, image.width, size.width)
            let rows = weights(i / size.width, image.height, size.height)
            var sum = 0.0
            for (y, row) in rows.enumerated() {
                for (x, column) in columns.enumerated() { sum += row * column * Double(image[x, y][c]) }
            }
            return min(max(sum, 0), 1)
        }
    }

    @Test("every size is the cubic's, to a few roundings", arguments: sizes, sizes)
    func agreesWithReference(from size: Size, to newSize: Size) {
        let image = noise(size), resampled = image.resampled(to: newSize)
        #expect(resampled.size == newSize)
        for c in 0..<3 {
            let reference = expected(image, newSize, channel: c)
            for (i, value) in reference.enumerated() {
                let error = abs(Double(resampled.values[3 * i + c]) - value)
                #expect(error < 2e-6, "channel \(c) at \(i % newSize.width),\(i / newSize.width)")
            }
        }
    }

    @Test("a constant stays constant", arguments: sizes, sizes)
    func keepsConstants(from size: Size, to newSize: Size) {
        let flat = Mask(width: size.width, height: size.height, repeating: 0.3).resampled(to: newSize)
        #expect(flat.size == newSize)
        #expect(flat.values.allSatisfy { abs($0 - 0.3) < 1e-6 })
    }

    @Test("the same size is the same picture, to the bit", arguments: sizes)
    func keepsSameSize(size: Size) {
        #expect(noise(size).resampled(to: size) == noise(size))
    }

    @Test func `a ramp made smaller is a ramp away from the border`() {
        let ramp = Mask(width: 64, height: 3, values: (0..<192).map { Float($0 % 64) / 64 })
        let small = ramp.resampled(to: Size(width: 16, height: 3))
        // The centre of output pixel i is at 4i + 1.5; the widened cubic reaches 8 source pixels.
        for x in 2..<14 { #expect(abs(small[x, 1] - (4 * Float(x) + 1.5) / 64) < 1e-5) }
    }

    @Test func `a ramp made larger is a ramp away from the border`() {
        let ramp = Mask(width: 16, height: 1, values: (0..<16).map { Float($0) / 16 })
        let large = ramp.resampled(to: Size(width: 64, height: 1))
        for x in 8..<56 { #expect(abs(large[x, 0] - ((Float(x) + 0.5) / 4 - 0.5) / 16) < 1e-5) }
    }

    @Test func `an edge overshoots nowhere beyond 0…1`() {
        let edge = Mask(width: 20, height: 20, values: (0..<400).map { $0 % 20 < 10 ? 0 : 1 })
        for size in [Size(width: 53, height: 47), Size(width: 13, height: 11)] {
            #expect(edge.resampled(to: size).values.allSatisfy { (0...1).contains($0) })
        }
        let picture = Image(width: 20, height: 20, values: edge.values.flatMap { [$0, 1 - $0, $0] })
        #expect(picture.resampled(to: Size(width: 61, height: 9)).values.allSatisfy { (0...1).contains($0) })
    }

    @Test func `one pixel fills any size, and any size makes one pixel`() {
        let pixel = Image(width: 1, height: 1, values: [0.1, 0.5, 0.9])
        let large = pixel.resampled(to: Size(width: 5, height: 4))
        #expect(large.values == FloatBuffer((0..<20).flatMap { _ in pixel.values }))
        let one = Mask(width: 9, height: 9, values: (0..<81).map { Float($0) / 80 }).resampled(
            to: Size(width: 1, height: 1))
        // Symmetric weights of a ramp: its middle.
        #expect(abs(one.values[0] - 0.5) < 1e-6)
    }

    @Test func `channels do not mix`() {
        let red = Image(width: 8, height: 8, values: (0..<64).flatMap { [Float($0 % 5) / 4, 0, 1] })
        let resampled = red.resampled(to: Size(width: 5, height: 11))
        #expect(stride(from: 1, to: resampled.values.count, by: 3).allSatisfy { resampled.values[$0] == 0 })
        #expect(stride(from: 2, to: resampled.values.count, by: 3).allSatisfy { abs(resampled.values[$0] - 1) < 1e-6 })
    }
}
