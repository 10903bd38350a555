import Geometry
import NeuralNet
import Tensors

extension Tensor {
    /// This H×W×C map with `part` in place of a region of it.
    func replacing(_ region: Region, by part: Tensor) -> Tensor {
        var values = values
        values.replace(region, of: Size(width: shape[1], height: shape[0]), channels: shape[2], by: part.values)
        return Tensor(shape: shape, values: values)
    }
}
