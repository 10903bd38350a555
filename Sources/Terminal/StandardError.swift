internal import Foundation
internal import Synchronization

/// What a person reads while the program works: lines that stay and, on a terminal, one below them that is redrawn.
package enum StandardError {
    private static var descriptor: Int32 { FileHandle.standardError.fileDescriptor }
    private static let clearLine = "\r\u{1B}[K"
    /// Whether the cursor stands behind a line that does not stay.
    private static let isInLine = Mutex(false)

    /// Whether a person is looking.
    package static var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in characters; 80 where it does not tell.
    package static var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Whether the locale's characters are those of Unicode.
    package static var isUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }

    /// Writes `text`, whole lines, in place of the line that does not stay; where nobody can read it (a closed or full
    /// stderr), the work goes on without.
    package static func write(_ text: String) {
        isInLine.withLock { isInLine in
            put((isInLine ? clearLine : "") + text)
            isInLine = false
        }
    }

    /// Shows `line` in place of the one shown before, as much of it as fits: for terminals.
    package static func show(_ line: String) {
        isInLine.withLock { isInLine in
            put(clearLine + String(line.prefix(columns - 1)))
            isInLine = true
        }
    }

    /// Shows a bar of which `part` (0…1) is full in the room that `text`, to its right, leaves on the line: for
    /// terminals.
    package static func showBar(_ part: Double, _ text: String) {
        let percent = String(format: "%3.0f %%  ", 100 * part)
        // A bar of more than 30 says no more.
        let width = min(30, columns - text.count - percent.count - 3)
        let filled = Int((part * Double(max(0, width))).rounded())
        let (full, empty) = isUnicode ? ("█", "░") : ("#", ".")
        let bar = String(repeating: full, count: filled) + String(repeating: empty, count: max(0, width - filled))
        show((width < 5 ? "" : bar + "  ") + percent + text)
    }

    private static func put(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
