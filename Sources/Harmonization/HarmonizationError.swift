internal import Foundation
public import Imaging
public import NeuralNet

/// An error of planning or running a harmonization.
public enum HarmonizationError: Error, Equatable, Sendable {
    /// A setting is out of its range.
    case setting(SettingsError)
    /// A side of the painting is shorter than `smallest` pixels, so the deepest tap would be empty.
    case paintingTooSmall(Size, smallest: Int)
    /// The style region does not lie in the painting, or one of its sides is shorter than `smallest` pixels.
    case styleRegion(Region, painting: Size, smallest: Int)
    /// The estimated peak memory of `needed` bytes exceeds the `available` bytes.
    case tooLarge(Size, needed: Int, available: Int)
    /// A value of the painting is outside 0…1 or not a number.
    case paintingValue(Float)
    /// The object was placed in a frame that is not of the painting's size.
    case placedSize(Size, painting: Size)
    /// The mask's largest value inside the painting is 0.1 or less: there is no object to work on.
    case faintMask(largest: Float)
    /// The features at this tap are 0 over the whole painting, or not finite.
    case deadTap(VGG16.Tap)
    /// The checkpoint is of another harmonization, which differs in these.
    case otherCheckpoint([HarmonizationCheckpoint.Difference])
    /// The checkpoint is of this harmonization, but its contents do not fit the schedule.
    case unusableCheckpoint
    /// Cancelled before the first evaluation.
    case cancelled
}

extension HarmonizationError: CustomStringConvertible {
    /// A one-line message with the values concerned.
    public var description: String {
        switch self {
        case .setting(let error): error.description
        case .styleRegion(let region, let painting, let smallest):
            "the style region of \(region.size) at \(region.origin) must lie in the painting of \(painting), each side "
                + "at least \(smallest) pixels"
        case .paintingTooSmall(let size, let smallest):
            "the painting is \(size); each side needs at least \(smallest) pixels"
        case .tooLarge(let size, let needed, let available):
            "the painting, \(size), with this object takes about \(SystemMemory.formatted(needed)) of memory "
                + "and there are \(SystemMemory.formatted(available))"
        case .paintingValue(let value): "the painting holds a value of \(value), not in 0…1"
        case .placedSize(let size, let painting): "an object placed in \(size) for a painting of \(painting)"
        case .faintMask(let largest):
            "the mask's brightest pixel inside the painting is \(String(format: "%.3f", largest)) of 1"
        case .deadTap(let tap):
            "the network sees nothing in this painting: \(tap.rawValue) is 0 everywhere or not finite"
        case .otherCheckpoint(let differences):
            "the checkpoint is of another job: not the same \(differences.map(\.rawValue).joined(separator: ", "))"
        case .unusableCheckpoint: "the checkpoint does not fit the job that it is of"
        case .cancelled: "cancelled"
        }
    }
}
