internal import Files
internal import Foundation
internal import TOMLKit

/// A file of options, in TOML: every key is the name of a long option.
struct ConfigurationFile {
    /// Its name in the folders where it is looked for.
    static let name = "harmonize.toml"
    /// The most bytes that it may have. The parser calls itself for each part of a dotted key: many more could exhaust the
    /// stack.
    static let limit = 32 << 10

    let path: FilePath
    private let text: String
    private let table: TOMLTable

    /// The file at `path`; nil where there is none, or a pipe or a device, which nobody has asked to be read.
    init?(at path: FilePath) throws {
        guard path.exists, path.isReplaceable else { return nil }
        try self.init(reading: path)
    }

    /// The file at `path`, which must be there.
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

    /// The folder that relative paths in the file start at.
    var folder: FilePath { path.folder }

    /// The painting that the file names, as seen from the working folder.
    var painting: FilePath? {
        table["painting"]?.tomlValue.string.flatMap { LongOptions.path($0, relativeTo: folder) }
    }

    /// What the file says, line by line.
    ///
    /// Throws for keys that are no option of `options`, and for values of a wrong type.
    func values(for options: LongOptions) throws -> [OptionValue] {
        // Looking for a line takes as long as the file, and only options are few.
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

    /// A value as it would stand on the command line, an array with commas; nil for what no option takes.
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

    /// The line that sets `key` or opens the table of that name, from 1. The parser does not tell.
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

/// What is wrong with a file of options.
enum ConfigurationError: Error {
    case file(FileError)
    /// It has more than ``ConfigurationFile/limit`` bytes.
    case tooLong(FilePath)
    case notText(FilePath)
    case syntax(FilePath, line: Int, column: Int, reason: String)
    /// The option takes no value and got one, or takes one and got none that it could take.
    case type(String, isFlag: Bool, origin: String)
}

extension LongOptions {
    /// The arguments that stand for what `file` says, after those that stand for what others said.
    func arguments(from file: ConfigurationFile, after others: [String] = []) throws -> [String] {
        try arguments(for: file.values(for: self), relativeTo: file.folder, after: others)
    }
}
