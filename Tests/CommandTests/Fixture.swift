import Foundation
import Imaging

/// The files in the folder Fixtures.
enum Fixture {
    /// The painting, as PNG and as JPEG, 240×190.
    static let painting = path("painting.png"), paintingJPEG = path("painting.jpg")
    /// The cup, 110×100, its mask, and the cup with the mask as its alpha.
    static let cup = path("cup.png"), mask = path("cup-mask.png"), cupWithAlpha = path("cup-alpha.png")

    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The options that name the sample's three pictures.
    static let sample = ["--painting", painting, "--object", cup, "--mask", mask]

    /// Options of the least work that writes both stages.
    static let leastWork = ["--iterations", "0", "--size", "60", "--quiet"]

    /// The sample, with as little work as can be.
    static let evaluatedSample = sample + leastWork + ["--faithful"]

    /// The flat indices of the painting's pixels that may change, and of those that surely do, when the cup's corner is
    /// at (x, y): those in the 7×7 square around any pixel of its mask, and those wholly of the cup.
    static func pixels(x: Int, y: Int) throws -> (changeable: Set<Int>, cup: Set<Int>) {
        let frame = try Picture.read(painting).image.size, mask = try Picture.read(mask).mask
        var changeable: Set<Int> = [], cup: Set<Int> = []
        for v in 0..<mask.height {
            for u in 0..<mask.width where mask[u, v] > 0 {
                for row in (y + v - 3..<y + v + 4).clamped(to: 0..<frame.height) {
                    for column in (x + u - 3..<x + u + 4).clamped(to: 0..<frame.width) {
                        changeable.insert(row * frame.width + column)
                    }
                }
                if mask[u, v] == 1, 0..<frame.width ~= x + u, 0..<frame.height ~= y + v {
                    cup.insert((y + v) * frame.width + x + u)
                }
            }
        }
        return (changeable, cup)
    }
}

/// The flat indices of the pixels in which two pictures of one size differ.
func differingPixels(_ a: Image, _ b: Image) -> Set<Int> {
    Set(a.values.indices.filter { a.values[$0] != b.values[$0] }.map { $0 / 3 })
}
