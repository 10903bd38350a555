internal import Tensors

/// What functions of single values have in common whose derivative follows from the value itself: y is all that is kept.
enum SmoothFunction {
    /// Elements a thread takes at a time.
    private static let part = 1 << 12

    static func forward(_ inputs: inout [Tensor], _ wanted: [Bool], _ function: (Float) -> Float) -> (Tensor, Tensor?) {
        var y = inputs.removeFirst()
        let count = y.count
        y.write { y in parallelFor(count, inPartsOf: part) { for i in $0 { y[i] = function(y[i]) } } }
        return (y, wanted[0] ? y : nil)
    }

    static func backward(_ gradient: Tensor, _ output: Tensor?, _ derivative: (Float) -> Float) -> [Tensor?] {
        guard let output else { return [nil] }
        var gradient = gradient
        let count = gradient.count
        gradient.write { dy in
            output.read { y in parallelFor(count, inPartsOf: part) { for i in $0 { dy[i] *= derivative(y[i]) } } }
        }
        return [gradient]
    }
}
