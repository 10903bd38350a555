/// An error with a description.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// An error of the library.
    init(_ error: any Error) { description = "\(error)" }
}
