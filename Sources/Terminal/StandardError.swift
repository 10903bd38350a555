internal import Files
internal import Foundation
internal import Synchronization

/// Progress output on stderr: permanent lines and, on a terminal, a status line below them that is redrawn in place.
public enum StandardError {
    private static var descriptor: Int32 { FileHandle.standardError.fileDescriptor }
    private static let clearLine = "\r\u{1B}[K"
    /// Whether the cursor is on the status line.
    private static let isInLine = Mutex(false)

    /// Whether stderr is a terminal on which a line can be redrawn.
    public static var isTerminal: Bool {
        let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
        return isatty(descriptor) == 1 && !["", "dumb"].contains(type)
    }

    /// Whether another job has the terminal: this one was put in the background.
    private static var isInBackground: Bool {
        let group = tcgetpgrp(descriptor)
        return group > 0 && group != getpgrp()
    }

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
    /// ignored. What a terminal could take for a command is escaped.
    public static func write(_ text: String) {
        isInLine.withLock { isInLine in
            put((isInLine ? clearLine : "") + text.escapingControlsInLines)
            isInLine = false
        }
    }

    /// Shows `line` as the status line, truncated to the terminal's width. For terminals only; in the background
    /// nothing is shown.
    public static func show(_ line: String) {
        if isInBackground { return }
        isInLine.withLock { isInLine in
            put(clearLine + line.escapingControls.fitting(columns - 1))
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

extension String {
    /// The longest start of the text that takes at most `columns` columns of a terminal.
    package func fitting(_ columns: Int) -> String {
        var left = columns
        return String(
            prefix { character in
                left -= character.isWide ? 2 : 1
                return left >= 0
            })
    }
}

extension Character {
    /// Whether a terminal shows it two columns wide: East Asian scripts and emoji (after Unicode's East_Asian_Width).
    fileprivate var isWide: Bool {
        switch unicodeScalars.first?.value ?? 0 {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
