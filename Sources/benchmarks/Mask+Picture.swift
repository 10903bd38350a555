internal import Imaging

extension Mask {
    /// The mask in grey.
    var picture: Image { Image(width: width, height: height, values: values.flatMap { [$0, $0, $0] }) }
}
