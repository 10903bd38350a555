import Foundation
import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// Whatever is put into whatever, with whatever settings, is harmonized or refused for a reason.
///
/// A few hundred scenes are tried; `HARMONIZE_SOAK=N` tries N, `HARMONIZE_SOAK=A-B` those with the seeds A to B.
@Suite struct RandomSceneTests {
    /// The seeds of the scenes.
    private static let seeds: Range<UInt64> = {
        let asked = ProcessInfo.processInfo.environment["HARMONIZE_SOAK"] ?? ""
        let numbers = asked.split(separator: "-").compactMap { UInt64($0) }
        return numbers.count == 2 ? numbers[0]..<numbers[1] + 1 : 0..<(numbers.first ?? 300)
    }()

    @Test func `a random scene gives finite pixels, and the painting around the object, or is refused`() throws {
        var outcomes: [String: Int] = [:]
        for seed in Self.seeds {
            outcomes[RandomScene(seed: seed).outcome(), default: 0] += 1
        }
        // Not everything may be refused.
        #expect((outcomes["harmonized"] ?? 0) * 4 > Self.seeds.count, "\(outcomes)")
        guard Self.seeds.count > 300 else { return }
        print("scenes \(Self.seeds):", outcomes.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" })
    }
}

/// A small painting, an object and settings, all made from a seed.
private struct RandomScene {
    private let seed: UInt64
    private let painting, object: Image
    private let mask: Mask
    private let looseMask: Mask?
    private let placement: Placement
    private let settings: Settings
    private let network: VGG16

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // More often of a size that can be worked with.
        let least = Int.random(in: 0..<8, using: &generator) == 0 ? 1 : VGG16.smallestSide
        func size(from least: Int) -> Size {
            Size(
                width: Int.random(in: least...80, using: &generator),
                height: Int.random(in: least...80, using: &generator))
        }
        let (frame, extent) = (size(from: least), size(from: 1))
        self.seed = seed
        painting = .random(frame, using: &generator)
        object = Bool.random(using: &generator) ? .random(extent, using: &generator) : painting.resampled(to: extent)
        mask = .random(extent, using: &generator)
        looseMask =
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: .random(extent, using: &generator)
            case 1: .random(frame, using: &generator)
            default: nil
            }
        placement = Placement(
            at: Bool.random(using: &generator)
                ? nil
                : Point(
                    x: Int.random(in: -extent.width...frame.width, using: &generator) / 2,
                    y: Int.random(in: -extent.height...frame.height, using: &generator) / 2),
            scale: Int.random(in: 0..<3, using: &generator) > 0
                ? 1 : pow(10, Double.random(in: -3...1.5, using: &generator)))
        settings = .random(using: &generator)
        network = [Scene.shared.network, .builtIn][Int.random(in: 0..<2, using: &generator)]
    }

    /// What becomes of it, in a word or two, all of it checked.
    func outcome() -> String {
        let placed: PlacedObject
        do {
            placed = try PlacedObject(object, mask: mask, looseMask: looseMask, in: painting.size, placement)
        } catch {
            return "\(error)".prefix { $0 != "(" }.description
        }
        let result: HarmonizedPainting
        do {
            result = try Harmonizer(network: network, settings: settings).harmonize(painting, with: placed)
        } catch {
            let isSmall = min(painting.width, painting.height) < VGG16.smallestSide
            switch error {
            case .paintingTooSmall: #expect(isSmall, "\(self)")
            case .faintMask: #expect(placed.mask.values.allSatisfy { $0 <= 0.1 }, "\(self)")
            case .deadTap: break
            case .styleRegion(let region, let size, let smallest):
                #expect(!Region.whole(of: size).contains(region) || smallest > 16, "\(self)")
            case .setting, .tooLarge, .paintingValue, .placedSize, .otherCheckpoint, .unusableCheckpoint, .cancelled:
                Issue.record("\(error) for \(self)")
            }
            return "\(error)".prefix { $0 != "(" }.description
        }
        check(result)
        if seed % 8 == 0 {
            var other = settings
            other.threads = Int(seed / 8 % 9) + 1
            let again = try? Harmonizer(network: network, settings: other).harmonize(painting, with: placed)
            #expect(
                again?.stage1Overlay == result.stage1Overlay && again?.stage2Overlay == result.stage2Overlay, "\(self)")
        }
        let count = result.passes.reduce(0) { $0 + $1.evaluations.count }
        if seed % 8 == 4, count > 0 {
            let again = try? interrupted(after: Int(seed / 8) % count)
            #expect(
                again?.stage1Overlay == result.stage1Overlay && again?.stage2Overlay == result.stage2Overlay, "\(self)")
            #expect(again?.passes.map(\.evaluations) == result.passes.map(\.evaluations), "\(self)")
        }
        return "harmonized"
    }

    /// The result of going on after some evaluations, from a checkpoint's bytes.
    private func interrupted(after count: Int) throws -> HarmonizedPainting {
        let placed = try PlacedObject(object, mask: mask, looseMask: looseMask, in: painting.size, placement)
        let harmonizer = try Harmonizer(network: network, settings: settings)
        var checkpoint: HarmonizationCheckpoint?, evaluations = 0
        _ = try harmonizer.harmonize(painting, with: placed) {
            guard case .evaluated(let evaluation) = $0 else { return }
            if evaluations == count { checkpoint = evaluation.checkpoint }
            evaluations += 1
        }
        let bytes = try #require(checkpoint).encoded()
        let again = try HarmonizationCheckpoint(decoding: SafeTensors(decoding: Data(bytes), path: ""), path: "")
        return try harmonizer.harmonize(painting, with: placed, from: again)
    }

    private func check(_ result: HarmonizedPainting) {
        #expect(result.painting == painting && result.styleLevel.isFinite, "\(self)")
        for patch in [result.stage1Overlay, result.stage2Overlay] {
            #expect(patch.image.values.allSatisfy { (0...1).contains($0) }, "\(self)")
            // What is not in the patch is the painting's own by its making; in it, what lies outside the mask.
            let laid = patch.laid(into: painting)
            #expect(laid.size == painting.size)
            guard let mask = patch.mask else {
                Issue.record("a patch without a mask: \(self)")
                continue
            }
            for y in 0..<mask.height {
                for x in 0..<mask.width where mask[x, y] == 0 {
                    let (u, v) = (x + patch.origin.x, y + patch.origin.y)
                    guard laid[u, v] != painting[u, v] else { continue }
                    Issue.record("the painting changed at \(u),\(v): \(self)")
                    return
                }
            }
        }
        for record in result.passes {
            let totals = record.evaluations.map(\.total)
            let most = (record.pass == 1 ? settings.iterations?.pass1 : settings.iterations?.pass2) ?? 0
            #expect((1...max(1, most)).contains(totals.count), "\(self)")
            #expect(record.ended == .nonFinite || totals[0].isFinite, "\(self)")
        }
    }
}

extension RandomScene: CustomStringConvertible {
    var description: String {
        "scene \(seed): \(object.size) in \(painting.size), \(placement), "
            + "loose mask \(looseMask?.size.description ?? "none"), "
            + "\(network.channels.values.max() ?? 0) channels, \(settings)"
    }
}

extension Image {
    /// One of the kinds of pictures that numbers go wrong with, or noise.
    fileprivate static func random(_ size: Size, using generator: inout SeededGenerator) -> Image {
        func color() -> SIMD3<Float> {
            [.zero, .one, SIMD3(repeating: 0.5), SIMD3.random(in: 0...1, using: &generator)][
                Int.random(in: 0..<4, using: &generator)]
        }
        let (a, b, kind) = (color(), color(), Int.random(in: 0..<6, using: &generator))
        let odd = Int.random(in: 0..<size.width * size.height, using: &generator)
        var image = Image(
            width: size.width, height: size.height, values: Array(repeating: 0, count: 3 * size.width * size.height))
        for i in 0..<size.width * size.height {
            let (x, y) = (i % size.width, i / size.width)
            image[x, y] =
                switch kind {
                case 0: a
                case 1: i == odd ? b : a
                case 2: (x + y) % 2 == 0 ? a : b
                case 3: a + (b - a) * (Float(x) / Float(size.width))
                default: SIMD3.random(in: 0...1, using: &generator)
                }
        }
        return image
    }
}

extension Mask {
    /// One of the shapes that objects hardly have, or a blob.
    fileprivate static func random(_ size: Size, using generator: inout SeededGenerator) -> Mask {
        let (w, h) = (size.width, size.height)
        let (u, v) = (Int.random(in: 0..<w, using: &generator), Int.random(in: 0..<h, using: &generator))
        let kind = Int.random(in: 0..<15, using: &generator)
        // Mostly white.
        let faint = [.leastNonzeroMagnitude, Float.random(in: 0.05...1, using: &generator)][
            Int.random(in: 0..<2, using: &generator)]
        let value = Int.random(in: 0..<6, using: &generator) == 0 ? faint : 1
        let radius = Float.random(in: 0.5...30, using: &generator)
        var mask = Mask(width: w, height: h, repeating: 0)
        for i in 0..<w * h {
            let (x, y) = (i % w, i / w)
            let isInside =
                switch kind {
                case 0: true
                case 1: (x, y) == (u, v)
                case 2: x == u
                case 3: y == v
                case 4: x == 0 || y == 0 || x == w - 1 || y == h - 1
                case 5: (x == 0 || x == w - 1) && (y == 0 || y == h - 1)
                case 6: Int.random(in: 0..<10, using: &generator) == 0
                case 7: x >= u
                case 8: false
                default: Float((x - u) * (x - u) + (y - v) * (y - v)) < radius * radius
                }
            if isInside { mask.values[i] = kind == 9 ? Float.random(in: 0...value, using: &generator) : value }
        }
        return mask
    }
}

extension Settings {
    /// Settings in their ranges and at their ends, with few evaluations.
    fileprivate static func random(using generator: inout SeededGenerator) -> Settings {
        func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }
        let weights: [Double?] = [
            nil, nil, nil, nil, nil, nil, 0, .leastNonzeroMagnitude, 1e-30, 1, 1e6, 1e30, 1e38, 1e300,
            .greatestFiniteMagnitude,
        ]
        var settings = Settings()
        settings.iterations = Iterations(pass1: pick([0, 1, 2, 4]), pass2: pick([0, 1, 2, 4, 12]))
        settings.styleLevel = pick([.auto, .realist, .expressionist, .level(3.3)])
        settings.usesPaperMethod = pick([true, false])
        settings.detail = pick([0, 0.5, 1])
        settings.styleRegion = pick([nil, nil, Region(columns: 0..<16, rows: 0..<16)])
        settings.keepsColors = pick([true, false, false])
        settings.colorMatching = pick([0, 0.5, 1, .leastNonzeroMagnitude])
        settings.histogramRange = pick([.style, .own])
        settings.optimizer = pick([.lbfgs, .lbfgs, .adam])
        settings.contentWeight = pick(weights)
        settings.styleWeight = pick(weights)
        settings.histogramWeight = pick(weights)
        settings.tvWeight = pick(weights)
        settings.largestSide = pick([nil, nil, 16, 17, 40, .max])
        settings.threads = pick([nil, 1, 2, 3, .max])
        settings.memoryLimit = pick([nil, .max])
        return settings
    }
}
