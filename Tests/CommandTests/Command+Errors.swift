import TestSupport
import Testing

extension Command {
    /// Runs the command and expects it to fail as its users are promised: with `exitCode`, nothing on stdout, and on
    /// stderr the line `Error: ` with `error`, then the line `Hint: ` with `hint` where there is one.
    static func expectFailure(
        _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:], _ exitCode: Int32,
        _ error: String, hint: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(arguments, in: folder, environment: environment)
        let text = "Error: \(error)\n" + (hint.map { "Hint: \($0)\n" } ?? "")
        #expect(outcome.errors == text, sourceLocation: sourceLocation)
        #expect(outcome.exitCode == exitCode, sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
    }
}
