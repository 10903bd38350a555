/// How a network halves its feature maps between blocks: 2×2 windows, stride 2, the odd edge dropped.
///
/// The raw values are those of a safetensors file's `pooling` metadata.
public enum Pooling: String, Sendable {
    /// The largest of the four values, as in VGG16 itself.
    case max
    /// The mean of the four values.
    case average = "avg"
}
