internal import Imaging
internal import Tensors

// The one place where pictures become tensors and tensors pictures. Both are channels last, so the values are the same.

extension Tensor {
    /// The H×W×3 tensor of a picture.
    init(_ image: Image) { self.init(image, rows: 0..<image.height) }

    /// The n×W×3 tensor of some rows of a picture.
    init(_ image: Image, rows: Range<Int>) {
        let line = image.width * 3
        self.init(shape: [rows.count, image.width, 3]) { out in
            image.values.withUnsafeBufferPointer { values in
                if let base = values.baseAddress {
                    out.update(from: base + rows.lowerBound * line, count: rows.count * line)
                }
            }
        }
    }
}

extension Image {
    /// The picture of an H×W×3 tensor.
    init(_ tensor: Tensor) {
        precondition(tensor.shape.count == 3 && tensor.shape[2] == 3, "not a picture's shape: \(tensor.shape)")
        self.init(width: tensor.shape[1], height: tensor.shape[0], values: tensor.values)
    }
}
