import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct ColorMatchingAmountTests {
    /// So small that all of it is around the object, whose 16 pixels reach every side.
    private let painting = Image.mixed(width: 44, height: 40, seed: 5)

    /// An object with a soft mask and holes in it.
    private func object(_ image: Image) throws -> PlacedObject {
        var mask = Mask.random(width: image.width, height: image.height, seed: 2)
        for i in mask.values.indices where i % 5 == 3 { mask.values[i] = 0 }
        return try PlacedObject(image, mask: mask, in: painting.size, Placement(at: .init(x: 12, y: 13)))
    }

    /// The object's colours where the mapping takes them, not clamped.
    private func mapped(_ object: PlacedObject, of painting: Image) throws -> [SIMD3<Double>] {
        var weights = Mask(width: painting.width, height: painting.height, repeating: 1)
        for y in 0..<object.mask.height {
            for x in 0..<object.mask.width { weights[object.origin.x + x, object.origin.y + y] -= object.mask[x, y] }
        }
        let source = try #require(ColorStatistics(object.image, weights: object.mask))
        let target = try #require(ColorStatistics(painting, weights: weights))
        let transfer = ColorTransfer(from: source, to: target)
        return object.image.colors.map { transfer($0) }
    }

    /// The largest difference from colours that lie `amount` of the way from the object's to those mapped, under the
    /// mask; infinite where the object changes outside it.
    private func difference(
        _ object: PlacedObject, of painting: Image, by amount: Double, _ mapped: [SIMD3<Double>], clamped: Bool = false
    ) -> Double {
        let matched = object.matchingColors(of: painting, by: amount).image.colors
        var largest = 0.0
        for (i, own) in object.image.colors.enumerated() {
            var expected = own + amount * (mapped[i] - own)
            if clamped { expected.clamp(lowerBound: .zero, upperBound: .one) }
            if object.mask.values[i] == 0 {
                if matched[i] != own { return .infinity }
            } else {
                for c in 0..<3 { largest = max(largest, abs(matched[i][c] - expected[c])) }
            }
        }
        return largest
    }

    @Test func `by 0 the object is itself to the bit`() throws {
        let object = try object(.mixed(width: 20, height: 14, seed: 1))
        #expect(object.matchingColors(of: painting, by: 0) == object)
        #expect(object.matchingColors(of: painting, by: 0.01) != object)
    }

    @Test func `by 1 is all, and what is left out`() throws {
        let object = try object(.mixed(width: 20, height: 14, seed: 1))
        #expect(object.matchingColors(of: painting, by: 1) == object.matchingColors(of: painting))
        #expect(object.matchingColors(of: painting, by: 0.99) != object.matchingColors(of: painting))
    }

    @Test("in between, colours lie on the line to those mapped", arguments: [0.01, 0.25, 0.5, 0.9, 1])
    func line(amount: Double) throws {
        let object = try object(.mixed(width: 20, height: 14, seed: 1)), mapped = try mapped(object, of: painting)
        // Nothing here is clamped.
        let inside = zip(mapped, object.mask.values).allSatisfy { $1 == 0 || ($0.min() > 0 && $0.max() < 1) }
        #expect(inside)
        #expect(difference(object, of: painting, by: amount, mapped) < 1e-6)
        // The colours differ enough that another amount is told apart.
        #expect(difference(object, of: painting, by: amount, object.image.colors) > 0.05 * amount)
        let result = object.matchingColors(of: painting, by: amount)
        #expect(result.frame == object.frame && result.origin == object.origin)
        #expect(result.mask == object.mask && result.looseMask == object.looseMask)
    }

    @Test func `colours are clamped where they end, not where the line leads`() throws {
        // A painting of black and white moves colours far beyond 0…1.
        var generator = SeededGenerator(seed: 9)
        var harsh = painting
        for y in 0..<harsh.height {
            for x in 0..<harsh.width { harsh[x, y] = Bool.random(using: &generator) ? .zero : .one }
        }
        let object = try object(.greys(width: 20, height: 14, seed: 3)), mapped = try mapped(object, of: harsh)
        let beyond = zip(mapped, object.mask.values).filter { $1 > 0 && ($0.min() < -0.1 || $0.max() > 1.1) }
        #expect(beyond.count > 20)
        for amount in [0.3, 0.5, 1] {
            #expect(difference(object, of: harsh, by: amount, mapped, clamped: true) < 1e-6)
        }
        let ends = mapped.map { $0.clamped(lowerBound: .zero, upperBound: .one) }
        #expect(difference(object, of: harsh, by: 0.5, ends) > 0.05)
    }

    @Test("a painting of another size leaves the object as it is", arguments: [0, 0.5, 1])
    func otherSize(amount: Double) throws {
        let object = try object(.mixed(width: 20, height: 14, seed: 1))
        for (width, height) in [(43, 40), (44, 41), (40, 44), (1, 1), (88, 80)] {
            let other = Image.mixed(width: width, height: height, seed: 5)
            #expect(object.matchingColors(of: other, by: amount) == object, "\(other.size)")
        }
    }
}
