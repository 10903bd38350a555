internal import Synchronization

/// The gate, once the port is known, and whether the invitation was used.
final class Entrance: Sendable {
    private let state = Mutex<(gate: Gate?, isUsed: Bool)>((nil, false))

    var gate: Gate? { state.withLock { $0.gate } }

    func open(_ gate: Gate) { state.withLock { $0.gate = gate } }

    /// Whether the invitation was not used before; it is from now on.
    func letIn() -> Bool {
        state.withLock { state in
            defer { state.isUsed = true }
            return !state.isUsed
        }
    }
}
