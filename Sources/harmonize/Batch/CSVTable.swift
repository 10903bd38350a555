/// A CSV table (RFC 4180): one record per line; fields that hold separators, quotes or line ends are quoted.
///
/// Lines end with CR LF, LF or CR. The separator is the comma, or, where the first line has none, the semicolon or the
/// tab that spreadsheets write in some countries. Each record knows its line, for messages.
package struct CSVTable {
    package struct Record {
        /// The line it begins on, from 1.
        package let line: Int
        package let fields: [String]

        /// Whether all fields are empty, as on an empty line.
        package var isBlank: Bool { fields.allSatisfy(\.isEmpty) }
    }

    /// A syntax error.
    package enum Malformation: Error, Equatable {
        /// A quote that is opened on a line and never closed.
        case openQuote(line: Int)
        /// Something other than a separator behind a closing quote.
        case textBehindQuote(line: Int)
    }

    package private(set) var records: [Record] = []

    package init(_ text: String) throws(Malformation) {
        let bytes = Array(text.utf8)
        let firstLine = bytes.prefix { $0 != Self.newline && $0 != Self.carriageReturn }
        let separator = [",", ";", "\t"].map { UInt8(ascii: $0) }.first(where: firstLine.contains) ?? UInt8(ascii: ",")
        var line = 1, start = 1
        var fields: [String] = [], field: [UInt8] = []
        var isQuoted = false
        var index = 0

        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
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

    private static let quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")

    /// Whether the byte completes a line end.
    private static func endsLine(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == newline
            || bytes[index] == carriageReturn && !(index + 1 < bytes.count && bytes[index + 1] == newline)
    }
}
