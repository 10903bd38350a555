/// An error in words.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// The words of an error of the library.
    init(_ error: any Error) { description = "\(error)" }
}
