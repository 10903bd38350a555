internal import Files
internal import TOMLKit

/// An options file in TOML: each key is the name of a long option.
struct ConfigurationFile {
    /// The file name in the folders that are searched.
    static let name = "harmonize.toml"
    /// The maximum size in bytes. The parser recurses for each part of a dotted key: a much larger file could overflow
    /// the stack.
    static let limit = 32 << 10

    let path: FilePath
    private let text: String
    private let table: TOMLTable

    /// Reads a file that was not asked for explicitly; nil where `path` does not exist or is a device, pipe or socket.
    init?(at path: FilePath) throws {
        guard path.exists, path.isReplaceable else { return nil }
        try self.init(reading: path)
    }

    /// Reads the file at `path`. Throws ``ConfigurationError``.
    init(reading path: FilePath) throws {
        self.path = path
        let data: [UInt8]?
        do {
            data = try FileContents.read(path, limit: Self.limit)
        } catch {
            throw ConfigurationError.file(error)
        }
        guard let data else { throw ConfigurationError.tooLong(path) }
        // TOML forbids NUL, and TOMLKit stops at it.
        guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
            throw ConfigurationError.notText(path)
        }
        self.text = text
        if let misplaced = Self.misplaced(in: text) {
            throw ConfigurationError.syntax(path, line: misplaced.line, column: 1, reason: misplaced.reason)
        }
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError.syntax(
                path, line: error.source.begin.line, column: error.source.begin.column, reason: error.description)
        }
    }

    /// The base folder of relative paths in the file.
    var folder: FilePath { path.folder }

    /// The painting that the file sets, relative to the working directory.
    var painting: FilePath? {
        table["painting"]?.tomlValue.string.flatMap { LongOptions.path($0, relativeTo: folder) }
    }

    /// The options that the file sets, in the order of its lines.
    ///
    /// Throws `OptionValueError` for a key that is not among `options`, ``ConfigurationError`` for a value of a wrong
    /// type.
    func values(for options: LongOptions) throws -> [OptionValue] {
        // Each look-up of a line scans the file. Unknown keys may be many, known ones are few.
        if let unknown = table.keys.first(where: { !options.contains($0) }) {
            _ = try options.isFlag(unknown, origin: "\(path):\(line(of: unknown))")
        }
        return try table.keys.map { key in (key, line(of: key)) }.sorted { $0.1 < $1.1 }.map { key, line in
            let origin = "\(path):\(line)"
            let isFlag = try options.isFlag(key, origin: origin)
            guard let value = table[key]?.tomlValue, let text = Self.text(value), isFlag == (value.type == .bool) else {
                throw ConfigurationError.type(key, isFlag: isFlag, origin: origin)
            }
            return OptionValue(name: key, value: text, origin: origin)
        }
    }

    /// The value as a command-line argument, an array joined by commas; nil for types that no option takes.
    private static func text(_ value: TOMLValue) -> String? {
        switch value.type {
        case .string: return value.string
        case .int: return value.int.map(\.description)
        case .double: return value.double.map(\.description)
        case .bool: return value.bool.map(\.description)
        case .array:
            let elements = value.array.map { Array($0) } ?? []
            guard elements.allSatisfy({ [.string, .int, .double].contains($0.tomlValue.type) }) else { return nil }
            return elements.compactMap { text($0.tomlValue) }.joined(separator: ",")
        case .table, .date, .time, .dateTime: return nil
        }
    }

    /// The line, from 1, that sets `key` or opens the table of that name: the parser does not report it.
    private func line(of key: String) -> Int {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let index = lines.firstIndex { line in
            let start = line.drop { " \t[\"'".contains($0) }
            guard start.hasPrefix(key) else { return false }
            return start.dropFirst(key.count).first { !" \t\"'".contains($0) }.map { "=.]".contains($0) } ?? false
        }
        return (index ?? 0) + 1
    }
}

/// An error in an options file.
enum ConfigurationError: Error {
    case file(FileError)
    /// Larger than ``ConfigurationFile/limit`` bytes.
    case tooLong(FilePath)
    case notText(FilePath)
    case syntax(FilePath, line: Int, column: Int, reason: String)
    /// A value other than a Boolean for a flag, or an unsuitable one for another option.
    case type(String, isFlag: Bool, origin: String)
}

extension ConfigurationError: Reportable {
    var report: ErrorReport {
        switch self {
        case .file(.unreadable(let path, _)):
            ErrorReport("cannot read \(path)", hint: "give a file you may read, or --no-config", .noInput)
        case .file(let error): error.report
        case .tooLong(let path):
            ErrorReport(
                "\(path) has more than \(ConfigurationFile.limit >> 10) KB: it is no file of options",
                hint: "give another with --config, or --no-config")
        case .notText(let path): ErrorReport("\(path) is not text in UTF-8", hint: "save it as UTF-8")
        case .syntax(let path, let line, let column, let reason):
            ErrorReport(
                "\(path):\(line):\(column): \(reason)",
                hint: "write one option a line: style-level = \"expressionist\"")
        case .type(let key, let isFlag, let origin):
            ErrorReport(
                "\(origin): '\(key)' "
                    + (isFlag ? "is either true or false" : "takes a number, a text or an array of these"),
                hint: isFlag ? "write \(key) = true" : "write \(key) = and the value, texts in quotes")
        }
    }
}

extension LongOptions {
    /// `others`, followed by the arguments equivalent to the options in `file`.
    func arguments(from file: ConfigurationFile, after others: [String] = []) throws -> [String] {
        try arguments(for: file.values(for: self), relativeTo: file.folder, after: others)
    }
}
