package import ArgumentParser
package import Files
internal import Foundation
internal import Synchronization

/// A value for a long option that was read from a file.
package struct OptionValue {
    /// The option's name without dashes.
    package let name: String
    /// The option's argument; `true` or `false` for a flag.
    package let value: String
    /// Its position in the file, for error messages: `harmonize.toml:3`.
    package let origin: String

    package init(name: String, value: String, origin: String) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// The long options of a command, as described by its parser. They convert names and values from options files and job
/// files into arguments.
package struct LongOptions {
    private struct Option {
        let isFlag, isPath: Bool
    }

    /// The options that files must not set.
    private static let commandLineOnly: Set = [
        "help", "version", "config", "no-config", "dry-run", "json", "progress-json",
    ]

    /// Arguments that were spelled in another way, and how they were accepted: rows repeat them.
    private final class Spellings: Sendable {
        let accepted = Mutex<[String: String]>([:])
    }

    private let command: any ParsableCommand.Type
    private let spellings = Spellings()
    private let options: [String: Option]
    private let names: [String: @Sendable (String) -> Bool]

    /// The options of `command`. For some options that take a file, `names` tests whether a value is a name instead,
    /// which counts where no such file exists.
    package init(of command: any ParsableCommand.Type, names: [String: @Sendable (String) -> Bool] = [:]) {
        (self.command, self.names) = (command, names)
        options = Dictionary(
            ParserDescription(of: command).command.arguments.flatMap { argument in
                (argument.names ?? []).filter { $0.kind == "long" }.map {
                    ($0.name, Option(isFlag: argument.kind == "flag", isPath: argument.isPath))
                }
            },
            uniquingKeysWith: { first, _ in first })
    }

    func contains(_ name: String) -> Bool { options[name] != nil }

    /// Whether the option takes the path of a file or folder.
    func isPath(_ name: String) -> Bool { options[name]?.isPath == true }

    /// Whether the option takes no value.
    ///
    /// Throws `OptionValueError` for an unknown option, and for one that files must not set.
    package func isFlag(_ name: String, origin: String) throws -> Bool { try option(name, origin: origin).isFlag }

    /// How much is known of values before they are parsed.
    package enum Trust {
        /// Each is tried on its own, so that errors say where it stands, and numbers may be spelled as spreadsheets do.
        case tried
        /// They are left to the parser.
        case given
    }

    /// `others`, followed by the arguments equivalent to `values`. Of several values for one option, the last wins.
    ///
    /// Relative paths among the values are resolved against `folder`, and then `spelled`. Throws `OptionValueError` for
    /// an unknown option, and for a value that its option rejects.
    package func arguments(
        for values: [OptionValue], relativeTo folder: FilePath, after others: [String] = [], _ trust: Trust = .tried,
        spelled: (FilePath) -> FilePath = { $0 }
    ) throws -> [String] {
        var arguments = others
        for value in values {
            let option = try option(value.name, origin: value.origin)
            guard option.isFlag else {
                let isPath = option.isPath && !isName(value, in: folder)
                let path = isPath ? Self.path(value.value, relativeTo: folder).map { spelled($0).argument } : nil
                let given = "--\(value.name)=\(path ?? value.value)"
                let argument = spellings.accepted.withLock { $0[given] } ?? given
                arguments.append(trust == .given ? argument : try accepted(argument, value, isPath: isPath))
                continue
            }
            guard let isOn = Bool(value.value) else { throw OptionValueError.notBoolean(value) }
            // A flag without a counterpart is off by omission.
            let name = isOn ? value.name : opposite(of: value.name)
            arguments.removeAll { $0 == "--\(value.name)" }
            if let name { arguments.append("--\(name)") }
        }
        return arguments
    }

    private func option(_ name: String, origin: String) throws -> Option {
        guard let option = options[name] else {
            let nearest = name.nearest(of: options.keys.filter { !Self.commandLineOnly.contains($0) })
            throw OptionValueError.unknown(name, nearest: nearest, origin: origin)
        }
        guard !Self.commandLineOnly.contains(name) else { throw OptionValueError.commandLineOnly(name, origin: origin) }
        return option
    }

    /// The argument in the first spelling that the option accepts, tested on its own; throws where it accepts none.
    private func accepted(_ argument: String, _ value: OptionValue, isPath: Bool) throws -> String {
        do {
            _ = try command.parse([argument])
            return argument
        } catch {
            for spelling in isPath ? [] : NumberSpelling.others(of: value.value) {
                let other = "--\(value.name)=\(spelling)"
                if (try? command.parse([other])) != nil {
                    spellings.accepted.withLock { $0[argument] = other }
                    return other
                }
            }
            throw OptionValueError.refused(value, reason: command.message(for: error))
        }
    }

    /// Whether the value is a name rather than a path.
    private func isName(_ value: OptionValue, in folder: FilePath) -> Bool {
        names[value.name]?(value.value) == true && Self.path(value.value, relativeTo: folder)?.exists != true
    }

    /// The flag that negates `name`, if there is one.
    private func opposite(of name: String) -> String? {
        let opposite = name.hasPrefix("no-") ? String(name.dropFirst(3)) : "no-\(name)"
        return options[opposite]?.isFlag == true ? opposite : nil
    }

    /// The path in `text` resolved against `folder`; nil if it contains a NUL. Expands `~/`, since no shell reads the
    /// file.
    static func path(_ text: String, relativeTo folder: FilePath) -> FilePath? {
        guard let path = FilePath(argument: text) else { return nil }
        if text.hasPrefix("~/"), let home = FilePath.home { return home.appending(path.components.dropFirst()) }
        // `-` is standard input or output, not a file.
        return path.isEmpty || path == "-" ? path : path.inside(folder)
    }
}

/// An error in an option that a file sets.
package enum OptionValueError: Error {
    /// An unknown option.
    case unknown(String, nearest: String?, origin: String)
    /// An option that files must not set.
    case commandLineOnly(String, origin: String)
    /// A value other than `true` and `false` for a flag.
    case notBoolean(OptionValue)
    /// A value that the option rejects.
    case refused(OptionValue, reason: String)
}

extension OptionValueError: Reportable {
    var report: ErrorReport {
        let list = "harmonize --help-hidden lists the options"
        switch self {
        case .unknown(let name, let nearest, let origin):
            return ErrorReport(
                "\(origin): there is no option '\(name)'", hint: nearest.map { "did you mean '\($0)'?" } ?? list)
        case .commandLineOnly(let name, let origin):
            return ErrorReport("\(origin): '\(name)' has no place in a file", hint: "give it on the command line")
        case .notBoolean(let value):
            return ErrorReport(
                "\(value.origin): '\(value.name)' is '\(value.value)'", hint: "it is switched by true or false")
        case .refused(let value, let reason):
            let line = reason.split(separator: "\n").joined(separator: " ")
            return ErrorReport("\(value.origin): \(line)", hint: list)
        }
    }
}

/// The fields used here of ArgumentParser's self-description (`--experimental-dump-help`).
private struct ParserDescription: Decodable {
    struct Command: Decodable {
        let arguments: [Argument]
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            let kind, name: String
        }

        struct Completion: Decodable {}

        let kind: String
        let names: [Name]?
        /// One key, the kind.
        let completionKind: [String: Completion]?

        var isPath: Bool { completionKind?["file"] != nil || completionKind?["directory"] != nil }
    }

    let command: Command

    init(of command: any ParsableCommand.Type) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(command._dumpHelp().utf8))
        } catch {
            preconditionFailure("ArgumentParser describes commands in another way now: \(error)")
        }
    }
}
