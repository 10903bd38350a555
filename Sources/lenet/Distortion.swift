internal import Foundation
internal import Imaging

/// A digit turned, sheared, scaled and moved a little, as LeCun et al. did (1998, section III.C): there are endless
/// ways to write a digit, and four thousand of them are not many.
struct Distortion {
    /// From a place in the input, from its middle, to one in the digit: a·x + b·y, c·x + d·y and the shift.
    private let a, b, c, d: Float
    private let shift: (x: Float, y: Float)

    /// None at all.
    static let none = Distortion(scale: 1, angle: 0, shear: 0, shift: (0, 0))

    /// Up to three tenths (of the size, and in radians) and a pixel, drawn from `generator`.
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

    /// The value of the distorted digit at a pixel of the input, in whose middle it lies: bilinear, 0 around it.
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
