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
        var text = try Self.text(path)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        switch text.first(where: { !$0.isWhitespace }) {
        case "[", "{": rows = try rows(json: text)
        default: rows = try rows(csv: text)
        }
        guard !rows.isEmpty else { throw JobsFileError.empty(path) }
    }

    private static func text(_ path: FilePath) throws -> String {
        guard let data = try FileContents.read(path, limit: limit) else { throw JobsFileError.tooLong(path) }
        guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
            throw JobsFileError.notText(path)
        }
        return text
    }

    // MARK: CSV

    private func rows(csv text: String) throws -> [Row] {
        let records: [CSVTable.Record]
        do {
            records = try CSVTable(text).records.filter { !$0.isBlank }
        } catch {
            throw JobsFileError.csv(path, error)
        }
        guard let header = records.first else { throw JobsFileError.empty(path) }
        var seen: Set<String> = []
        for (index, column) in header.fields.enumerated() {
            let origin = "\(path):\(header.line), column \(index + 1)"
            try check(column, origin)
            guard seen.insert(column).inserted else { throw JobsFileError.repeated(column, origin: origin) }
        }
        return try records.dropFirst().enumerated().map { index, record in
            let origin = "\(path):\(record.line)"
            guard record.fields.count == header.fields.count else {
                throw JobsFileError.ragged(
                    record.fields.count, expected: header.fields.count, origin: origin)
            }
            let cells = zip(header.fields, record.fields).filter { !$0.1.isEmpty }
            return try row(index + 1, cells.map { ($0, $1) }, origin)
        }
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
            return try row(index + 1, cells, entry.origin)
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

    private func row(_ number: Int, _ cells: [(column: String, text: String)], _ origin: String) throws -> Row {
        Row(
            number: number, origin: origin, name: cells.first { $0.column == Self.nameColumn }?.text,
            values: try cells.filter { $0.column != Self.nameColumn }.map { column, text in
                let isFlag = try options.isFlag(column, origin: origin)
                return OptionValue(name: column, value: isFlag ? Self.boolean(text) : text, origin: origin)
            })
    }

    /// `true` or `false` for other spellings of these; any other text unchanged.
    private static func boolean(_ text: String) -> String {
        switch text.lowercased() {
        case "true", "yes", "1": "true"
        case "false", "no", "0": "false"
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
    /// A column name that occurs twice.
    case repeated(String, origin: String)
    /// A value in JSON that no option could take.
    case value(String, origin: String)
    /// A name that is not a valid folder name, or that another job has.
    case name(String, origin: String)
    case sameName(String, origin: String, first: String)
    /// A file that another job writes as well.
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
