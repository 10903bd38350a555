internal import Foundation
internal import Imaging

/// An affine distortion of a digit for data augmentation (LeCun et al. 1998, section III.C): scaling, rotation, shear
/// and translation.
struct Distortion {
    /// Maps a position in the input, relative to its centre, to one in the digit: (a·x + b·y, c·x + d·y) + shift.
    private let a, b, c, d: Float
    private let shift: (x: Float, y: Float)

    /// The identity.
    static let none = Distortion(scale: 1, angle: 0, shear: 0, shift: (0, 0))

    /// Uniformly distributed: scale in 0.7…1.3, angle in ±0.3 rad, shear in ±0.3, shift in ±1 pixel.
    static func random(using generator: inout some RandomNumberGenerator) -> Distortion {
        func draw(_ limit: Float) -> Float { .random(in: -limit...limit, using: &generator) }
        let scale = 1 + draw(0.3), angle = draw(0.3), shear = draw(0.3)
        return Distortion(scale: scale, angle: angle, shear: shear, shift: (draw(1), draw(1)))
    }

    private init(scale: Float, angle: Float, shear: Float, shift: (x: Float, y: Float)) {
        let (cosine, sine) = (scale * cos(angle), scale * sin(angle))
        (a, b, c, d) = (cosine, shear - sine, sine, cosine)
        self.shift = shift
    }

    /// The value of the distorted digit, centred in the input, at a pixel: bilinear interpolation, zero-padded.
    func value(of digit: Mask, x: Int, y: Int) -> Float {
        let middle = Float(LeNet5.side - 1) / 2
        let (u, v) = (Float(x) - middle, Float(y) - middle)
        let column = a * u + b * v + shift.x + Float(digit.width - 1) / 2
        let row = c * u + d * v + shift.y + Float(digit.height - 1) / 2
        let (left, top) = (column.rounded(.down), row.rounded(.down))
        func ink(_ i: Int, _ j: Int) -> Float {
            (0..<digit.width).contains(i) && (0..<digit.height).contains(j) ? digit[i, j] : 0
        }
        let (i, j, right, below) = (Int(left), Int(top), column - left, row - top)
        return (1 - below) * ((1 - right) * ink(i, j) + right * ink(i + 1, j))
            + below * ((1 - right) * ink(i, j + 1) + right * ink(i + 1, j + 1))
    }
}
