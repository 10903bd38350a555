internal import Foundation
internal import Synchronization

/// Progress output on stderr: permanent lines and, on a terminal, a status line below them that is redrawn in place.
public enum StandardError {
    private static var descriptor: Int32 { FileHandle.standardError.fileDescriptor }
    private static let clearLine = "\r\u{1B}[K"
    /// Whether the cursor is on the status line.
    private static let isInLine = Mutex(false)

    /// Whether stderr is a terminal.
    public static var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in characters; 80 if unknown.
    public static var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Whether the locale's encoding is UTF-8.
    public static var isUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }

    /// Writes `text`, complete lines, in place of the status line. Write errors, as of a closed or full stderr, are
    /// ignored.
    public static func write(_ text: String) {
        isInLine.withLock { isInLine in
            put((isInLine ? clearLine : "") + text)
            isInLine = false
        }
    }

    /// Shows `line` as the status line, truncated to the terminal's width. For terminals only.
    public static func show(_ line: String) {
        isInLine.withLock { isInLine in
            put(clearLine + String(line.prefix(columns - 1)))
            isInLine = true
        }
    }

    /// Shows `text` as the status line, with a progress bar before it, `part` (0…1) of it filled, if there is room. For
    /// terminals only.
    public static func showBar(_ part: Double, _ text: String) {
        let percent = String(format: "%3.0f %%  ", 100 * part)
        // A longer bar is no more informative.
        let width = min(30, columns - text.count - percent.count - 3)
        let filled = Int((part * Double(max(0, width))).rounded())
        let (full, empty) = isUnicode ? ("█", "░") : ("#", ".")
        let bar = String(repeating: full, count: filled) + String(repeating: empty, count: max(0, width - filled))
        show((width < 5 ? "" : bar + "  ") + percent + text)
    }

    private static func put(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
