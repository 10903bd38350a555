internal import Foundation
internal import Synchronization

/// What a person reads while the program works: lines that stay and, on a terminal, one below them that is redrawn.
enum StandardError {
    private static var descriptor: Int32 { FileHandle.standardError.fileDescriptor }
    private static let clearLine = "\r\u{1B}[K"
    /// Whether the cursor stands behind a line that does not stay.
    private static let isInLine = Mutex(false)

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

    /// Writes `text`, whole lines, in place of the line that does not stay; where nobody can read it (a closed or full
    /// stderr), the work goes on without.
    static func write(_ text: String) {
        isInLine.withLock { isInLine in
            put((isInLine ? clearLine : "") + text)
            isInLine = false
        }
    }

    /// Shows `line` in place of the one shown before, as much of it as fits: for terminals.
    static func show(_ line: String) {
        isInLine.withLock { isInLine in
            put(clearLine + String(line.prefix(columns - 1)))
            isInLine = true
        }
    }

    private static func put(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
