internal import Terminal

/// What looks wrong about a job, though it can be done.
///
/// Each is shown when it is found, on stderr even with `--quiet`, and kept for the summary.
final class Warnings {
    /// A warning, and what to do about it.
    struct Warning: Encodable {
        let warning, hint: String
    }

    private(set) var all: [Warning] = []

    func add(_ warning: Warning?) {
        guard let warning else { return }
        all.append(warning)
        StandardError.write("Warning: \(warning.warning)\nHint: \(warning.hint)\n")
    }
}
