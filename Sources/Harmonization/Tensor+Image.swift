internal import Imaging
internal import Tensors

// Conversions between pictures and tensors. Both are channels-last views of a buffer, which they share.

extension Tensor {
    /// The H×W×3 tensor of a picture.
    init(_ image: Image) { self.init(shape: [image.height, image.width, 3], values: image.values) }
}

extension Image {
    /// The picture of an H×W×3 tensor.
    init(_ tensor: Tensor) {
        precondition(tensor.shape.count == 3 && tensor.shape[2] == 3, "not a picture's shape: \(tensor.shape)")
        self.init(width: tensor.shape[1], height: tensor.shape[0], values: tensor.values)
    }
}
