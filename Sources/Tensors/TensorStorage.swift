/// The memory behind a tensor, aligned to 64 bytes.
final class TensorStorage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    private let bytes: Int

    init(count: Int) {
        bytes = max(count, 1) * MemoryLayout<Float>.stride
        pointer = TensorPool.shared.take(bytes).assumingMemoryBound(to: Float.self)
    }

    convenience init(copying other: TensorStorage, count: Int) {
        self.init(count: count)
        pointer.update(from: other.pointer, count: count)
    }

    deinit { TensorPool.shared.release(pointer, bytes) }
}
