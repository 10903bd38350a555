internal import Foundation

/// What a person reads while the program works.
enum StandardError {
    private static var descriptor: Int32 { FileHandle.standardError.fileDescriptor }

    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in characters; 80 where it does not tell.
    static var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Whether the locale's characters are those of Unicode.
    static var isUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }

    /// Writes `text`; where nobody can read it (a closed or full stderr), the work goes on without.
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
