internal import CImageCodecs
internal import Compute
internal import Geometry

/// How stored pixels are turned and mirrored to stand upright, by EXIF's numbers: 1 for not at all, 5 to 8 change width
/// and height.
public struct Orientation: Hashable, Sendable {
    /// EXIF's number, 1…8.
    public let number: Int

    /// The orientation of stored pixels that are upright.
    public static let upright = Orientation(number: 1)

    /// The orientation of EXIF's `number`; 1 for any that EXIF does not know.
    init(number: Int) { self.number = (1...8).contains(number) ? number : 1 }

    /// Whether width and height change places.
    public var isQuarterTurn: Bool { number >= 5 }

    /// The orientation that turns upright pixels back; nil unless width and height change places.
    var inverseQuarterTurn: Orientation? {
        guard isQuarterTurn else { return nil }
        return Orientation(number: number == 6 ? 8 : number == 8 ? 6 : number)
    }
}

extension Mask {
    /// The mask of stored pixels, turned upright by their orientation.
    func upright(from orientation: Orientation) -> Mask {
        let place = cimagecodecs_upright(width, height, Int32(orientation.number))
        return Mask(
            width: place.width, height: place.height,
            values: FloatBuffer(count: values.count) { turned in
                values.read { stored in
                    for y in 0..<height {
                        let row = place.origin + y * place.step_y
                        for x in 0..<width { turned[row + x * place.step_x] = stored[y * width + x] }
                    }
                }
            })
    }
}
