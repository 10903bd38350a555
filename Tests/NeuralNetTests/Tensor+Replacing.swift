import NeuralNet
import Tensors

extension Tensor {
    /// This H×W×C map with `part` in place of a region of it.
    func replacing(_ region: Region, by part: Tensor) -> Tensor {
        let (width, channels) = (shape[1], shape[2])
        var values = values
        let line = region.columns.count * channels
        for (i, row) in region.rows.enumerated() {
            let start = (row * width + region.columns.lowerBound) * channels
            values.replaceSubrange(start..<start + line, with: part.values[i * line..<(i + 1) * line])
        }
        return Tensor(shape: shape, values: values)
    }
}
