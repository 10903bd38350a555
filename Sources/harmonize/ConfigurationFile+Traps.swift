extension ConfigurationFile {
    /// What the parser would end the program at, by an assertion in place of an error: the line, from 1, of a table without
    /// a name, or of a brace in an array that closes nothing.
    ///
    /// It tells brackets from those in texts and comments, and leaves all other errors to the parser, which meets them first.
    static func trap(in text: String) -> (line: Int, reason: String)? {
        var bytes = Array(text.utf8)[...]
        var line = 1, open: [UInt8] = []
        var isLineStart = true
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                isLineStart = true
                continue
            // Other characters than ASCII's may be spaces to the parser, or else an error before any bracket is.
            case let byte where blank.contains(byte) || byte >= 0x80 && isLineStart: continue
            case UInt8(ascii: "#"): bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): line += skipText(&bytes, in: byte)
            case UInt8(ascii: "["):
                if isLineStart, open.isEmpty, !bytes.beginsTableName { return (line, "a table without a name") }
                open.append(byte)
            case UInt8(ascii: "{"): open.append(byte)
            case UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: "}"):
                guard open.popLast() == UInt8(ascii: "{") else { return (line, "a } without a {") }
            default: break
            }
            isLineStart = false
        }
        return nil
    }

    /// Skips a text, behind the quote that opens it, and returns how many lines it goes on for.
    private static func skipText(_ bytes: inout ArraySlice<UInt8>, in quote: UInt8) -> Int {
        let isLong = bytes.starts(with: [quote, quote])
        if isLong { bytes.removeFirst(2) }
        var lines = 0, quotes = 0
        while let byte = bytes.first {
            // A short one ends with its line at the latest: that is an error.
            if byte == UInt8(ascii: "\n"), !isLong { return 0 }
            bytes.removeFirst()
            lines += byte == UInt8(ascii: "\n") ? 1 : 0
            quotes = byte == quote ? quotes + 1 : 0
            if quotes == (isLong ? 3 : 1) {
                // Two of its own may stand in front of a long one's.
                if isLong { for _ in 0..<2 where bytes.first == quote { bytes.removeFirst() } }
                return lines
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if bytes.popFirst() == UInt8(ascii: "\n") { lines += 1 }
            }
        }
        return lines
    }

    fileprivate static let blank = Set(" \t\r".utf8)
}

extension ArraySlice<UInt8> {
    /// Whether what stands behind the bracket that opens a table is its name, another bracket and its name, or nothing.
    fileprivate var beginsTableName: Bool {
        var rest = drop { ConfigurationFile.blank.contains($0) }
        if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst().drop { ConfigurationFile.blank.contains($0) } }
        return rest.first.map(Self.namesAndEnds.contains) ?? false
    }

    private static let namesAndEnds = Set("-_\"']".utf8).union(UInt8(ascii: "0")...UInt8(ascii: "9"))
        .union(UInt8(ascii: "A")...UInt8(ascii: "Z")).union(UInt8(ascii: "a")...UInt8(ascii: "z"))
}
