public import ArgumentParser
public import Files
internal import Foundation

/// What this program was started with, to the byte.
enum ProgramArguments {
    /// The arguments after the program's name, bytes that are not UTF-8 escaped, as ``FilePath/init(argument:)`` takes
    /// them. Swift's own `CommandLine.arguments` loses them.
    static let all: [String] = (0..<Int(CommandLine.argc)).dropFirst().compactMap { index in
        CommandLine.unsafeArgv[index].map {
            String(escaping: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
        }
    }

    /// The path of this program.
    static let program = FilePath.executable ?? FilePath(CommandLine.arguments[0])
}

// As options and arguments give it.
extension FilePath: @retroactive ExpressibleByArgument {}
