/// A chart that could not be drawn.
package struct DrawingFailure: Error, Equatable, Sendable {
    /// The graphics library's reason.
    package let reason: String
}
