/// What to know of a picture file that was read.
public enum PictureWarning: Equatable, Sendable {
    /// It holds more pictures than one, or an animation: this is the first, or what the file calls its main one.
    case firstOfSeveral

    /// It has samples below black or above white, which were clipped.
    case clipped
}
