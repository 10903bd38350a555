internal import Dispatch

/// Calls `body` with each of `rows` rows, spread over the machine's cores, and returns when all are done.
///
/// The rows must be written to separately.
func concurrently(rows: Int, _ body: (Int) -> Void) {
    // Dispatch cannot know that the rows are separate; it returns only when all calls have, so nothing escapes.
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: rows) { body($0) }
    }
}
