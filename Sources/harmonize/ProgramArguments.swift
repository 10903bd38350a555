public import ArgumentParser
public import Files
internal import Foundation

/// The arguments and the path of this program, without loss of bytes that are not UTF-8.
enum ProgramArguments {
    /// The arguments after the program's name, in the form that `FilePath.init(argument:)` reads. Swift's own
    /// `CommandLine.arguments` replaces bytes that are not UTF-8.
    static let all: [String] = (0..<Int(CommandLine.argc)).dropFirst().compactMap { index in
        CommandLine.unsafeArgv[index].map {
            String(escaping: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
        }
    }

    /// The path of this program.
    static let program = FilePath.executable ?? FilePath(CommandLine.arguments[0])
}

extension FilePath: @retroactive ExpressibleByArgument {}
