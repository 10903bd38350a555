internal import Files
internal import Foundation

/// A file of jobs: CSV with a header of option names, or JSON, an array of objects or one object per line.
///
/// The first character determines the format.
struct JobsFile {
    /// The options of one job.
    struct Row {
        /// Counted from 1, without empty lines.
        let number: Int
        /// Its position in the file, for messages.
        let origin: String
        /// The value in the column `name`, if any.
        let name: String?
        /// The options that are set; empty cells and nulls set none.
        let values: [OptionValue]
        /// Why the job cannot start, where a cell shows that.
        let problem: JobsFileError?
    }

    let path: FilePath
    private(set) var rows: [Row] = []
    private let options: LongOptions

    /// The base folder of relative paths in the file.
    var folder: FilePath { path.folder }

    /// The column of job names.
    static let nameColumn = "name"
    /// The maximum size in bytes, enough for a hundred thousand jobs.
    static let limit = 16 << 20
    /// Options of the batch, which no job may set.
    private static let batchOnly: Set = ["output", "json", "quiet", "no-quiet", "dry-run"]

    /// Reads the jobs in the file at `path`. Throws ``JobsFileError``, `FileError`, or `OptionValueError` for a column
    /// not in `options`.
    init(reading path: FilePath, options: LongOptions) throws {
        (self.path, self.options) = (path, options)
        let bytes = try Self.bytes(path)
        switch bytes.first(where: { $0 != UInt8(ascii: " ") && !(9...13 ~= $0) }) {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw JobsFileError.notText(path) }
            rows = try rows(json: text)
        default: rows = try rows(csv: bytes)
        }
        guard !rows.isEmpty else { throw JobsFileError.empty(path) }
    }

    /// The text in the file, without a byte-order mark: UTF-8 or other bytes without NUL, or UTF-16 turned to UTF-8.
    private static func bytes(_ path: FilePath) throws -> [UInt8] {
        guard var bytes = try FileContents.read(path, limit: limit) else { throw JobsFileError.tooLong(path) }
        if let isBigEndian = isUTF16(bytes) {
            guard bytes.count % 2 == 0 else { throw JobsFileError.notText(path) }
            let units = stride(from: 0, to: bytes.count, by: 2).map { i in
                UInt16(bytes[i]) << (isBigEndian ? 8 : 0) | UInt16(bytes[i + 1]) << (isBigEndian ? 0 : 8)
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw JobsFileError.notText(path) }
            bytes = Array(text.utf8)
        }
        if bytes.starts(with: "\u{FEFF}".utf8) { bytes.removeFirst(3) }
        guard !bytes.contains(0) else { throw JobsFileError.notText(path) }
        return bytes
    }

    /// Whether the bytes are UTF-16 with the higher byte in front, or with the lower one; nil where they are neither:
    /// by the byte-order mark, or the first character, which is in ASCII.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool? {
        guard bytes.count >= 2 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF), (0, 1...0x7F): return true
        case (0xFF, 0xFE), (1...0x7F, 0): return false
        default: return nil
        }
    }

    // MARK: CSV

    private func rows(csv bytes: [UInt8]) throws -> [Row] {
        let records: [CSVTable.Record]
        do {
            records = try CSVTable(bytes: bytes).records.filter { !$0.isBlank }
        } catch {
            throw JobsFileError.csv(path, error)
        }
        guard let header = records.first else { throw JobsFileError.empty(path) }
        // Spreadsheets save columns that were used once, too.
        let columns = header.fields.map(Self.columnName)
        let width = (columns.lastIndex { !$0.isEmpty } ?? -1) + 1
        var seen: Set<String> = []
        let place = "\(path)"
        for (index, column) in columns.enumerated() where !column.isEmpty {
            let origin = "\(place):\(header.line), column \(index + 1)"
            try check(column, origin)
            guard seen.insert(column).inserted else { throw JobsFileError.repeated(column, origin: origin) }
        }
        return try records.dropFirst().enumerated().map { index, record in
            let origin = "\(place):\(record.line)"
            let count = (record.fields.lastIndex { !Self.trimmed($0).isEmpty } ?? -1) + 1
            guard record.fields.count >= width, count <= columns.count else {
                throw JobsFileError.ragged(max(count, record.fields.count), expected: width, origin: origin)
            }
            let cells = zip(columns, record.fields).filter { !Self.trimmed($1).isEmpty }
            let nameless = zip(columns, record.fields).enumerated().first { cell in
                cell.element.0.isEmpty && !Self.trimmed(cell.element.1).isEmpty
            }?.offset
            if let nameless {
                // Cells under no column of their own are cells too many.
                throw nameless < width
                    ? JobsFileError.nameless(nameless + 1, origin: origin)
                    : JobsFileError.ragged(count, expected: width, origin: origin)
            }
            let broken = cells.first { Self.isFormulaError($1) }
            return try row(
                index + 1, cells.map { ($0, $1) }, origin,
                broken.map { JobsFileError.formula($0, Self.trimmed($1), origin: origin) })
        }
    }

    /// The name of an option as people write it at the head of a column: ` Style Level`, `--style_level`.
    private static func columnName(_ cell: String) -> String {
        trimmed(cell).lowercased().drop { $0 == "-" }
            .split { $0.isWhitespace || $0 == "_" }.joined(separator: "-")
    }

    /// The cell without spaces around it, of any kind.
    private static func trimmed(_ cell: String) -> String {
        guard let first = cell.first, let last = cell.last,
            first.isWhitespace || last.isWhitespace || first == "\u{FEFF}"
        else { return cell }
        return cell.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\u{FEFF}")))
    }

    /// Whether a cell is what spreadsheets save where a formula has no value: `#REF!`, `#BEZUG!`, `#N/A`, `Err:502`.
    private static func isFormulaError(_ cell: String) -> Bool {
        let text = trimmed(cell)
        if text.hasPrefix("Err:") { return text.count == 7 && text.dropFirst(4).allSatisfy(\.isNumber) }
        guard text.hasPrefix("#"), let last = text.last, text.count > 2 else { return false }
        if "!?".contains(last) {
            return text.dropFirst().dropLast().allSatisfy { $0.isUppercase || $0.isNumber || $0 == "/" || $0 == "_" }
        }
        return ["#N/A", "#N/D", "#NV"].contains(text)
    }

    // MARK: JSON

    private func rows(json text: String) throws -> [Row] {
        let decoder = JSONDecoder()
        let isArray = text.first { !$0.isWhitespace } == "["
        var objects: [(origin: String, object: [String: JSONValue])] = []
        if isArray {
            do {
                objects = try decoder.decode([[String: JSONValue]].self, from: Data(text.utf8)).enumerated().map {
                    ("\(path), job \($0 + 1)", $1)
                }
            } catch {
                throw JobsFileError.json(origin: "\(path)", reason: Self.reason(error))
            }
        } else {
            for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            where !line.allSatisfy(\.isWhitespace) {
                let origin = "\(path):\(index + 1)"
                do {
                    objects.append((origin, try decoder.decode([String: JSONValue].self, from: Data(line.utf8))))
                } catch {
                    throw JobsFileError.json(origin: origin, reason: Self.reason(error))
                }
            }
        }
        return try objects.enumerated().map { index, entry in
            // Objects are unordered; sorting makes messages and commands reproducible.
            let cells = try entry.object.sorted { $0.key < $1.key }.compactMap { key, value -> (String, String)? in
                try check(key, entry.origin)
                if case .null = value { return nil }
                guard let text = value.argument else { throw JobsFileError.value(key, origin: entry.origin) }
                return (key, text)
            }
            return try row(index + 1, cells, entry.origin, nil)
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard case let error as DecodingError = error else { return "\(error)" }
        switch error {
        case .dataCorrupted(let context):
            let cause = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            return cause ?? context.debugDescription
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
            let place = context.codingPath.first?.intValue.map { "job \($0 + 1) is " } ?? ""
            return "\(place)no object of option names and values"
        @unknown default: return "\(error)"
        }
    }

    // MARK: Both

    /// Throws unless the column is that of names or an option that a job may set.
    private func check(_ column: String, _ origin: String) throws {
        guard column != Self.nameColumn else { return }
        if Self.batchOnly.contains(column) { throw OptionValueError.commandLineOnly(column, origin: origin) }
        _ = try options.isFlag(column, origin: origin)
    }

    private func row(
        _ number: Int, _ cells: [(column: String, text: String)], _ origin: String, _ problem: JobsFileError?
    ) throws -> Row {
        Row(
            number: number, origin: origin,
            name: cells.first { $0.column == Self.nameColumn }.map { Self.trimmed($0.text).readAsWindows1252 },
            values: try cells.filter { $0.column != Self.nameColumn }.map { column, text in
                let isFlag = try options.isFlag(column, origin: origin)
                // Names of files may have spaces at their ends; see `FilePath.inUse`.
                let value = options.isPath(column) ? text : Self.trimmed(text)
                return OptionValue(name: column, value: isFlag ? Self.boolean(value) : value, origin: origin)
            }, problem: problem)
    }

    /// `true` or `false` for other spellings of these, as spreadsheets save them in other languages; any other text
    /// unchanged.
    private static func boolean(_ text: String) -> String {
        switch text.lowercased() {
        case "true", "yes", "1", "on", "x", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "vero", "sì", "verdadeiro",
            "sim", "waar", "sant", "sand", "prawda", "tak", "истина", "да":
            "true"
        case "false", "no", "0", "off", "falsch", "nein", "faux", "non", "falso", "não", "onwaar", "nee", "falskt",
            "falsk", "fałsz", "nie", "ложь", "нет":
            "false"
        default: text
        }
    }
}

/// An error in a job file.
enum JobsFileError: Error {
    /// Larger than ``JobsFile/limit`` bytes.
    case tooLong(FilePath)
    case notText(FilePath)
    case empty(FilePath)
    case csv(FilePath, CSVTable.Malformation)
    case json(origin: String, reason: String)
    /// A row with more or fewer cells than the header.
    case ragged(Int, expected: Int, origin: String)
    /// A cell in a column, from 1, that has no name.
    case nameless(Int, origin: String)
    /// A cell with the error of a formula.
    case formula(String, String, origin: String)
    /// A column name that occurs twice.
    case repeated(String, origin: String)
    /// A value in JSON that no option could take.
    case value(String, origin: String)
    /// A name that is not a valid folder name, or that another job has.
    case name(String, origin: String)
    case sameName(String, origin: String, first: String)
    /// A file that another job writes or reads as well.
    case sameResult(FilePath, origin: String, first: String)
}

extension JobsFileError: Reportable {
    var report: ErrorReport {
        switch self {
        case .tooLong(let path):
            ErrorReport(
                "\(path) has more than \(JobsFile.limit >> 20) MB",
                hint: "put the jobs into several files, one batch each")
        case .notText(let path): ErrorReport("\(path) is not text in UTF-8", hint: "save it as CSV in UTF-8")
        case .empty(let path):
            ErrorReport("\(path) holds no jobs", hint: "write a line of option names, and one for each job below")
        case .csv(let path, .openQuote(let line)):
            ErrorReport(
                "\(path):\(line): a quote is never closed", hint: "close it; a quote in a cell is written twice")
        case .csv(let path, .textBehindQuote(let line)):
            ErrorReport(
                "\(path):\(line): there is something behind a closing quote",
                hint: "put all of the cell in quotes; a quote in it is written twice")
        case .json(let origin, let reason):
            ErrorReport("\(origin): \(reason)", hint: "give an array of objects, or an object in each line")
        case .ragged(let count, let expected, let origin):
            ErrorReport(
                "\(origin): there \(count == 1 ? "is 1 cell" : "are \(count) cells") under "
                    + (expected == 1 ? "1 column" : "\(expected) columns"),
                hint: count > expected
                    ? "put cells with commas in quotes: \"420,330\"" : "leave cells empty, but not out")
        case .nameless(let column, let origin):
            ErrorReport(
                "\(origin): there is something in column \(column), which has no name",
                hint: "write the name of an option at its head, or empty it")
        case .formula(let column, let text, let origin):
            ErrorReport(
                "\(origin): '\(column)' is a formula's error, \(text)",
                hint: "mend it in the spreadsheet and save again")
        case .repeated(let column, let origin):
            ErrorReport("\(origin): '\(column)' is there already", hint: "keep one of the two columns")
        case .value(let column, let origin):
            ErrorReport(
                "\(origin): '\(column)' takes a number, a text, true or false, or an array of numbers",
                hint: "an x and a y are written [420, 330]")
        case .name(let name, let origin):
            ErrorReport(
                "\(origin): '\(name)' cannot name a job",
                hint: "the name becomes a folder's: no slash, no dot in front, at most 200 bytes")
        case .sameName(let name, let origin, let first):
            ErrorReport("\(origin): '\(name)' is the name of \(first) as well", hint: "give each job a name of its own")
        case .sameResult(let path, let origin, let first):
            ErrorReport(
                "\(origin): \(path) is a file of \(first) as well",
                hint: "give the name of a file without a folder: it goes into each job's own")
        }
    }
}
