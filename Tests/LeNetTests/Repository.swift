import Foundation

/// The files beside the tests.
enum Repository {
    /// The path of a file, as seen from the repository's root.
    static func path(_ name: String, file: String = #filePath) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("../../\(name)").standardized.path
    }
}
