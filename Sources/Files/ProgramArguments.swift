internal import Foundation

/// The arguments of this program, without loss of bytes that are not UTF-8.
package enum ProgramArguments {
    /// The arguments after the program's name, in the form that ``FilePath/init(argument:)`` reads, which
    /// `CommandLine.arguments` is not.
    package static let all: [String] = (0..<Int(CommandLine.argc)).dropFirst().compactMap { index in
        CommandLine.unsafeArgv[index].map {
            String(escaping: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
        }
    }
}
