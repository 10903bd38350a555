import Imaging
import Testing

/// One of the PNG files that Pictures/generate.py writes, and the pixels it put there.
struct PNGKind: CustomTestStringConvertible {
    enum Colour: String, CaseIterable {
        case gray, rgb, palette, graya, rgba

        var depths: [Int] {
            switch self {
            case .gray: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .graya, .rgba: [8, 16]
            }
        }

        var hasAlphaChannel: Bool { self == .graya || self == .rgba }
    }

    let colour: Colour
    let depth: Int
    let transparent, interlaced: Bool

    static let all: [PNGKind] = Colour.allCases.flatMap { colour in
        colour.depths.flatMap { depth in
            (colour.hasAlphaChannel ? [false] : [false, true]).flatMap { transparent in
                [false, true].map { interlaced in
                    PNGKind(colour: colour, depth: depth, transparent: transparent, interlaced: interlaced)
                }
            }
        }
    }

    var name: String {
        "\(colour)-\(depth)" + (transparent ? "-trns" : "") + (interlaced ? "-interlaced" : "") + ".png"
    }

    var testDescription: String { name }

    /// What decoding the file must give, computed from the generator's formulas.
    var expected: Picture {
        let (width, height) = (13, 9)
        var colours: [Float] = []
        var alphas: [Float] = []
        for y in 0..<height {
            for x in 0..<width {
                let (rgb, alpha) = pixel(x, y)
                colours += rgb
                alphas.append(alpha)
            }
        }
        let hasAlpha = transparent || colour.hasAlphaChannel
        return Picture(
            image: Image(width: width, height: height, values: colours),
            alpha: hasAlpha ? Mask(width: width, height: height, values: alphas) : nil,
            storage: ImageStorage(depth: depth == 16 ? .sixteen : .eight))
    }

    private func pixel(_ x: Int, _ y: Int) -> (rgb: [Float], alpha: Float) {
        let samples = (0..<4).map { sample(x, y, $0) }
        let values = samples.map { Float($0) / Float((1 << depth) - 1) }
        switch colour {
        case .gray:
            return ([values[0], values[0], values[0]], isKey(samples, channels: 1) ? 0 : 1)
        case .rgb:
            return (Array(values[..<3]), isKey(samples, channels: 3) ? 0 : 1)
        case .graya:
            return ([values[0], values[0], values[0]], values[1])
        case .rgba:
            return (Array(values[..<3]), values[3])
        case .palette:
            let i = samples[0]
            let entry = [37 * i % 256, (91 * i + 20) % 256, ((255 - 53 * i) % 256 + 256) % 256]
            let opaque = !transparent || i >= 1 << (depth - 1)
            return (entry.map { Float($0) / 255 }, opaque ? 1 : Float(((255 - 29 * i) % 256 + 256) % 256) / 255)
        }
    }

    private func sample(_ x: Int, _ y: Int, _ c: Int) -> Int {
        (x * (7 + 2 * c) + y * (11 + 4 * c) + 5 * c) * (depth == 16 ? 613 : 1) % (1 << depth)
    }

    /// Whether tRNS makes this colour, that of pixel (1, 1), transparent.
    private func isKey(_ samples: [Int], channels: Int) -> Bool {
        transparent && (0..<channels).allSatisfy { samples[$0] == sample(1, 1, $0) }
    }
}
