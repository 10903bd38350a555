package import ArgumentParser
package import Files
internal import Foundation

/// A value for a long option that was read from a file.
package struct OptionValue {
    /// The option's name without dashes.
    package let name: String
    /// What would stand behind the option, a path as ``FilePath/argument``; `true` or `false` for one without a value.
    package let value: String
    /// Where it was read, for error messages: `harmonize.toml:3`.
    package let origin: String

    package init(name: String, value: String, origin: String) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// The long options of a command, as its parser describes them: they turn tables of names and values, from files of
/// settings or of jobs, into arguments.
package struct LongOptions {
    private struct Option {
        let isFlag, isPath: Bool
    }

    /// What only makes sense on a command line.
    private static let commandLineOnly: Set = ["help", "version", "config", "no-config", "dry-run", "json"]

    private let command: any ParsableCommand.Type
    private let options: [String: Option]

    package init(of command: any ParsableCommand.Type) {
        self.command = command
        options = Dictionary(
            ParserDescription(of: command).command.arguments.flatMap { argument in
                (argument.names ?? []).filter { $0.kind == "long" }.map {
                    ($0.name, Option(isFlag: argument.kind == "flag", isPath: argument.isPath))
                }
            },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whether there is an option of that name.
    func contains(_ name: String) -> Bool { options[name] != nil }

    /// Whether the option takes no value.
    ///
    /// Throws `OptionValueError` where there is no such option, or none that may stand in a file.
    package func isFlag(_ name: String, origin: String) throws -> Bool { try option(name, origin: origin).isFlag }

    /// The arguments that stand for `values`, after those that stand for others. Of several values for one option, the
    /// last counts.
    ///
    /// Relative paths among the values start at `folder`. Throws `OptionValueError` for a name that is no
    /// option's and for a value that its option refuses.
    package func arguments(
        for values: [OptionValue], relativeTo folder: FilePath, after others: [String] = []
    ) throws -> [String] {
        var arguments = others
        for value in values {
            let option = try option(value.name, origin: value.origin)
            guard option.isFlag else {
                let isPath = option.isPath && !Self.isModel(value, in: folder)
                let path = isPath ? Self.path(value.value, relativeTo: folder)?.argument : nil
                let argument = "--\(value.name)=\(path ?? value.value)"
                try check(argument, value)
                arguments.append(argument)
                continue
            }
            guard let isOn = Bool(value.value) else { throw OptionValueError.notBoolean(value) }
            // Of a flag without a counterpart, "off" is its absence.
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

    /// Finds out whether the option takes the value, whatever others there are.
    private func check(_ argument: String, _ value: OptionValue) throws {
        do {
            _ = try command.parse([argument])
        } catch {
            throw OptionValueError.refused(value, reason: command.message(for: error))
        }
    }

    /// Whether the value is the name of a model and not of a file.
    private static func isModel(_ value: OptionValue, in folder: FilePath) -> Bool {
        value.name == "model" && ModelSource.isName(value.value)
            && path(value.value, relativeTo: folder)?.exists != true
    }

    /// The flag that switches off what `name` switches on.
    private func opposite(of name: String) -> String? {
        let opposite = name.hasPrefix("no-") ? String(name.dropFirst(3)) : "no-\(name)"
        return options[opposite]?.isFlag == true ? opposite : nil
    }

    /// `path` as seen from the working folder. No shell looks at what stands in a file, so this knows `~/`.
    /// Nil where a NUL is in it.
    static func path(_ text: String, relativeTo folder: FilePath) -> FilePath? {
        guard let path = FilePath(argument: text) else { return nil }
        if text.hasPrefix("~/"), let home = FilePath.home { return home.appending(path.components.dropFirst()) }
        // `-` is standard input or output, not a file.
        return path.isEmpty || path == "-" ? path : path.inside(folder)
    }
}

/// What is wrong with a value for an option in a file.
package enum OptionValueError: Error {
    /// No option has the name.
    case unknown(String, nearest: String?, origin: String)
    /// The option makes no sense in a file.
    case commandLineOnly(String, origin: String)
    /// The option takes no value, and this one is neither `true` nor `false`.
    case notBoolean(OptionValue)
    /// The option does not take the value.
    case refused(OptionValue, reason: String)
}

/// The part that matters here of what a parser says of itself (`--experimental-dump-help`).
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
