import Files
import Foundation
import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// The golden scene: a 75×90 painting, object and mask, a small random network, and what the reference computes on them
/// (Fixtures/fixtures.py writes it; planar C×H×W there, channels last here).
struct Scene {
    static let shared = Scene()

    let network: VGG16
    let file: SafeTensors
    let composition: Composition
    let targets: StyleTargets

    private init() {
        do {
            network = VGG16(try Weights(importing: Self.path("network.safetensors")))
            file = try SafeTensors(reading: Self.path("scene.safetensors"))
            let painting = Self.image(file, "painting")
            let placed = try PlacedObject(
                Self.image(file, "object"), mask: Self.mask(file, "mask"), looseMask: Self.mask(file, "loose_mask"),
                in: painting.size)
            composition = try Composition(painting: painting, object: placed, reach: VGG16.builtIn.reach)
            // The golden x differs from the composite everywhere.
            targets = try StyleTargets(
                composition, network: network, usesPaperMethod: true,
                region: Region.whole(of: composition.looseMask.size))
        } catch {
            fatalError("the golden scene does not load: \(error)")
        }
    }

    /// A file beside the golden scene.
    static func path(_ name: String) -> FilePath {
        FilePath(Bundle.module.bundleURL.path).appending("Fixtures/\(name)")
    }

    func image(_ name: String) -> Image { Self.image(file, name) }
    func mask(_ name: String) -> Mask { Self.mask(file, name) }

    /// A tensor's values as they stand in the file.
    func values(_ name: String) -> [Float] { Self.values(file, name) }

    /// A C×H×W or C×n tensor's values, channels last.
    func channelsLast(_ name: String) -> [Float] {
        let shape = file.shape(of: name) ?? []
        let (channels, values) = (shape[0], values(name))
        let positions = values.count / channels
        return (0..<values.count).map { values[$0 % channels * positions + $0 / channels] }
    }

    /// A C×n tensor as n×C.
    func rows(_ name: String) -> Tensor {
        let shape = file.shape(of: name) ?? []
        return Tensor(shape: [shape[1], shape[0]], values: channelsLast(name))
    }

    func indices(_ name: String) -> [Int] { ((try? file.int32(name)) ?? []).map(Int.init) }

    /// The scalar of this name.
    func number(_ name: String) -> Double { Double(values(name)[0]) }

    private static func values(_ file: SafeTensors, _ name: String) -> [Float] {
        guard let values = try? file.floats(name) else { fatalError("the golden scene lacks \(name)") }
        return values
    }

    private static func image(_ file: SafeTensors, _ name: String) -> Image {
        let (shape, values) = (file.shape(of: name) ?? [], values(file, name))
        let positions = shape[1] * shape[2]
        return Image(
            width: shape[2], height: shape[1],
            values: (0..<values.count).map { values[$0 % 3 * positions + $0 / 3] })
    }

    private static func mask(_ file: SafeTensors, _ name: String) -> Mask {
        let shape = file.shape(of: name) ?? []
        return Mask(width: shape[1], height: shape[0], values: values(file, name))
    }
}

extension Settings {
    /// The method to the letter, at the level that the golden scene has.
    static let faithful: Settings = {
        var settings = Settings()
        settings.usesPaperMethod = true
        return settings
    }()
}

/// Expects `actual` to be within 10⁻⁴ of `expected`, relative to its largest value; says where it is worst.
func expectClose(
    _ actual: some Collection<Float>, _ expected: some Collection<Float>, tolerance: Double = 1e-4, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let comparison = Comparison(actual, expected)
    #expect(comparison.error <= tolerance, "\(what): \(comparison)", sourceLocation: sourceLocation)
}
