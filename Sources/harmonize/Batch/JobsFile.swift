internal import Files
internal import Foundation

/// A file of jobs: CSV with a line of option names above, or JSON, an array of objects or one object a line.
///
/// Which of these it is, its first character tells.
struct JobsFile {
    /// A job as it stands in the file.
    struct Row {
        /// Counted from 1, without empty lines.
        let number: Int
        /// Where it stands, for messages.
        let origin: String
        /// The value of `name`, where there is one.
        let name: String?
        /// What is given: empty cells and nulls are not.
        let values: [OptionValue]
    }

    let path: FilePath
    let rows: [Row]

    /// The folder that relative paths in the file start at.
    var folder: FilePath { path.folder }

    /// The name of the column that names jobs.
    static let nameColumn = "name"
    /// The most bytes that it may have: a hundred thousand jobs.
    static let limit = 16 << 20
    /// What a batch has a say in, not a job.
    private static let batchOnly: Set = ["output", "json", "quiet", "no-quiet", "dry-run"]

    private static let options = LongOptions(of: Harmonize.self)

    init(reading path: FilePath) throws {
        self.path = path
        var text = try Self.text(path)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        switch text.first(where: { !$0.isWhitespace }) {
        case "[", "{": rows = try Self.rows(json: text, path)
        default: rows = try Self.rows(csv: text, path)
        }
        guard !rows.isEmpty else { throw JobsFileError.empty(path) }
    }

    private static func text(_ path: FilePath) throws -> String {
        let data: [UInt8]?
        do {
            data = try FileContents.read(path, limit: limit)
        } catch {
            throw JobsFileError.file(error)
        }
        guard let data else { throw JobsFileError.tooLong(path) }
        guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
            throw JobsFileError.notText(path)
        }
        return text
    }

    // MARK: CSV

    private static func rows(csv text: String, _ path: FilePath) throws -> [Row] {
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

    private static func rows(json text: String, _ path: FilePath) throws -> [Row] {
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
            // Objects have no order; messages and commands get one.
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

    /// Throws for a column that is neither the name nor an option that a job may have.
    private static func check(_ column: String, _ origin: String) throws {
        guard column != nameColumn else { return }
        if batchOnly.contains(column) { throw OptionValueError.commandLineOnly(column, origin: origin) }
        _ = try options.isFlag(column, origin: origin)
    }

    private static func row(_ number: Int, _ cells: [(column: String, text: String)], _ origin: String) throws -> Row {
        Row(
            number: number, origin: origin, name: cells.first { $0.column == nameColumn }?.text,
            values: try cells.filter { $0.column != nameColumn }.map { column, text in
                let isFlag = try options.isFlag(column, origin: origin)
                return OptionValue(name: column, value: isFlag ? boolean(text) : text, origin: origin)
            })
    }

    /// What spreadsheets and people call true and false, in the options' words.
    private static func boolean(_ text: String) -> String {
        switch text.lowercased() {
        case "true", "yes", "1": "true"
        case "false", "no", "0": "false"
        default: text
        }
    }
}

/// What is wrong with a file of jobs as a whole.
enum JobsFileError: Error {
    case file(FileError)
    /// It has more than ``JobsFile/limit`` bytes.
    case tooLong(FilePath)
    case notText(FilePath)
    case empty(FilePath)
    case csv(FilePath, CSVTable.Malformation)
    case json(origin: String, reason: String)
    /// A row has more or fewer cells than the header.
    case ragged(Int, expected: Int, origin: String)
    /// A column stands there twice.
    case repeated(String, origin: String)
    /// A value in JSON that no option could take.
    case value(String, origin: String)
    /// A name that cannot be a folder's, or is another job's.
    case name(String, origin: String)
    case sameName(String, origin: String, first: String)
    /// A file that another job writes.
    case sameResult(FilePath, origin: String, first: String)
}
