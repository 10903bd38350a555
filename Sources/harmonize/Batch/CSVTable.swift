internal import Files

/// A CSV table (RFC 4180): one record per line; fields that hold separators, quotes or line ends are quoted.
///
/// Lines end with CR LF, LF or CR. The separator is the comma, the semicolon or the tab that spreadsheets write in some
/// countries, whichever the first line has most of; or the one that a line `sep=;` in front says, which is left out.
/// Bytes that are not UTF-8 are kept (`String.init(escaping:)`). Each record knows its line, for messages.
package struct CSVTable {
    package struct Record {
        /// The line it begins on, from 1.
        package let line: Int
        package let fields: [String]

        /// Whether all fields are empty or spaces, as on an empty line.
        package var isBlank: Bool { fields.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
    }

    /// A syntax error.
    package enum Malformation: Error, Equatable {
        /// A quote that is opened on a line and never closed.
        case openQuote(line: Int)
        /// Something other than a separator behind a closing quote.
        case textBehindQuote(line: Int)
    }

    package private(set) var records: [Record] = []

    package init(_ text: String) throws(Malformation) { try self.init(bytes: Array(text.utf8)) }

    package init(bytes: [UInt8]) throws(Malformation) {
        var line = 1, index = 0
        let separator: UInt8
        if let (said, end) = Self.saidSeparator(bytes) {
            (separator, index, line) = (said, end, 2)
        } else {
            separator = Self.likelySeparator(bytes)
        }
        var start = line
        var fields: [String] = [], field: [UInt8] = []
        var isQuoted = false

        func endField() {
            // A text that is UTF-8 may itself name bytes by their escapes.
            fields.append(String(validating: field, as: UTF8.self) ?? String(escaping: field))
            field = []
            isQuoted = false
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case Self.quote where field.isEmpty && !isQuoted:
                isQuoted = true
                let opened = line
                while true {
                    guard index < bytes.count else { throw .openQuote(line: opened) }
                    let byte = bytes[index]
                    index += 1
                    if byte == Self.quote {
                        // Two quotes encode one.
                        guard index < bytes.count, bytes[index] == Self.quote else { break }
                        index += 1
                    } else if Self.endsLine(bytes, index - 1) {
                        line += 1
                    }
                    field.append(byte)
                }
            case separator: endField()
            case Self.newline, Self.carriageReturn:
                if byte == Self.carriageReturn, index < bytes.count, bytes[index] == Self.newline { index += 1 }
                endField()
                records.append(Record(line: start, fields: fields))
                line += 1
                (fields, start) = ([], line)
            default:
                if isQuoted { throw .textBehindQuote(line: line) }
                field.append(byte)
            }
        }
        // The last line may have no end.
        if !field.isEmpty || !fields.isEmpty || isQuoted {
            endField()
            records.append(Record(line: start, fields: fields))
        }
    }

    /// The separator of a first line `sep=;`, which Excel reads and writes, and the index behind that line.
    private static func saidSeparator(_ bytes: [UInt8]) -> (separator: UInt8, end: Int)? {
        let line = bytes.prefix { $0 != newline && $0 != carriageReturn }
        guard line.count == 5, String(decoding: line, as: UTF8.self).lowercased().hasPrefix("sep=") else { return nil }
        let isPair = bytes[line.count...].starts(with: [carriageReturn, newline])
        return (line[4], min(bytes.count, line.count + (isPair ? 2 : 1)))
    }

    /// The separator that the first line has most of, outside of quotes.
    private static func likelySeparator(_ bytes: [UInt8]) -> UInt8 {
        let candidates = [",", ";", "\t"].map { UInt8(ascii: $0) }
        var counts = Array(repeating: 0, count: candidates.count), isQuoted = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == newline || byte == carriageReturn { break }
            if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        let most = counts.max() ?? 0
        return candidates[counts.firstIndex(of: most) ?? 0]
    }

    private static let quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")

    /// Whether the byte completes a line end.
    private static func endsLine(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == newline
            || bytes[index] == carriageReturn && !(index + 1 < bytes.count && bytes[index + 1] == newline)
    }
}
