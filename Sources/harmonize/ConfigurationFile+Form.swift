extension ConfigurationFile {
    /// The first construct that an options file must not hold: its line, from 1, and the reason; nil if there is none.
    ///
    /// An options file assigns strings, numbers and arrays of these: outside strings and comments it needs few
    /// characters, and no tables. On some of TOML's other constructs the parser aborts the process by an assertion
    /// instead of throwing, so all of them are rejected before parsing.
    static func misplaced(in text: String) -> (line: Int, reason: String)? {
        var bytes = Array(text.utf8)[...]
        if bytes.starts(with: byteOrderMark) { bytes.removeFirst(byteOrderMark.count) }
        var line = 1, depth = 0
        var isLineStart = true
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                isLineStart = true
                continue
            case UInt8(ascii: "\r") where bytes.first == UInt8(ascii: "\n"): continue
            case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "#"): bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): line += skipText(&bytes, in: byte)
            case UInt8(ascii: "["):
                if isLineStart, depth == 0 { return (line, "a table has no place here") }
                depth += 1
            case UInt8(ascii: "]"):
                guard depth > 0 else { return (line, "']' has no place here outside an array") }
                depth -= 1
            case let byte where !plain.contains(byte):
                let sign = byte > 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))'" : "a character"
                return (line, "\(sign) has no place here outside texts and comments")
            default: break
            }
            isLineStart = false
        }
        return nil
    }

    /// Skips a string literal, from behind its opening `quote`, and returns the number of line ends in it.
    private static func skipText(_ bytes: inout ArraySlice<UInt8>, in quote: UInt8) -> Int {
        let isLong = bytes.starts(with: [quote, quote])
        if isLong { bytes.removeFirst(2) }
        var lines = 0, quotes = 0
        while let byte = bytes.first {
            // An unterminated single-line string: the parser reports the error.
            if byte == UInt8(ascii: "\n"), !isLong { return 0 }
            bytes.removeFirst()
            lines += byte == UInt8(ascii: "\n") ? 1 : 0
            quotes = byte == quote ? quotes + 1 : 0
            if quotes == (isLong ? 3 : 1) {
                // One or two quotes of the string itself may precede the closing three.
                if isLong { for _ in 0..<2 where bytes.first == quote { bytes.removeFirst() } }
                return lines
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if bytes.popFirst() == UInt8(ascii: "\n") { lines += 1 }
            }
        }
        return lines
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The characters of keys, numbers, times and arrays, without brackets.
    private static let plain = Set("-_+.,:=".utf8).union(UInt8(ascii: "0")...UInt8(ascii: "9"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z")).union(UInt8(ascii: "a")...UInt8(ascii: "z"))
}
