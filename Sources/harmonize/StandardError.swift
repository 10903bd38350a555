internal import Foundation

/// What a person reads while the program works.
enum StandardError {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Writes `text`; where nobody can read it (a closed or full stderr), the work goes on without.
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
