package import Foundation

/// A built command, run as a user runs it.
package enum Command {
    /// What a run left on its two streams, and its exit code.
    package struct Outcome {
        package let output, errors: String
        package let exitCode: Int32

        /// The lines on stderr.
        package var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// A command that did not exit by itself but was ended by a signal, as by a trap.
    package struct Crash: Error {
        package let signal: Int32
        package let errors: String
    }

    /// A command that did not end in any reasonable time, and was killed.
    package struct Hang: Error {
        package let errors: String
    }

    /// The seconds after which a command hangs, many times what any needs; it bounds every wait for what it does.
    private static let patience = 300

    /// The executable of that name beside the tests: both are products of the same build.
    private static func executable(_ name: String) -> URL {
        let tests = (Bundle.allBundles + [.main]).map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
        for var folder in tests {
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent(name)
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
            }
        }
        preconditionFailure("no \(name) beside \(tests)")
    }

    /// Runs `program` with `arguments` in the working folder `folder`, with the file at `input` on stdin, or nothing.
    ///
    /// Variables in `environment` are set beside those of the tests, of which no proxy is passed on. What it writes to
    /// `outputStream` or `errorStream`, where that is given, is not in the outcome. `interruption` is called once the
    /// command works, which its first progress line on stderr shows; `watch`, as soon as it is started. `userFolder`
    /// stands for ~/.config, in which there is nothing by default. `setup` is for a shell that then becomes the
    /// command: its limits and redirections.
    package static func run(
        _ arguments: [String], of program: String = "harmonize", in folder: TemporaryFolder,
        environment: [String: String] = [:], input: String? = nil, outputStream: FileHandle? = nil,
        errorStream: FileHandle? = nil, userFolder: String? = nil, setup: String? = nil,
        interruption: ((Process) -> Void)? = nil, watch: ((Process) throws -> Void)? = nil
    ) throws -> Outcome {
        // Files and not pipes: no amount of output can fill them and make the command wait.
        let streams = try TemporaryFolder()
        let process = Process(), executable = executable(program)
        process.executableURL = setup == nil ? executable : URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            (setup.map { ["-c", "\($0); exec \"$0\" \"$@\"", executable.path] } ?? []) + arguments
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.lowercased().hasSuffix("_proxy") }
            .merging(["XDG_CONFIG_HOME": userFolder ?? streams.path("config")]) { $1 }
            .merging(environment) { $1 }
        process.standardInput =
            try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) } ?? .nullDevice
        process.standardOutput = try outputStream ?? streams.newFile("output")
        process.standardError = try errorStream ?? streams.newFile("errors")
        try process.run()
        let id = process.processIdentifier
        let end = DispatchWorkItem { kill(id, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(patience), execute: end)
        try watch?(process)
        if let interruption {
            while process.isRunning, try streams.text("errors").isEmpty { usleep(5_000) }
            interruption(process)
        }
        process.waitUntilExit()
        end.cancel()
        let errors = try errorStream == nil ? streams.text("errors") : ""
        if end.wait(timeout: .now()) == .success { throw Hang(errors: errors) }
        guard process.terminationReason == .exit else {
            throw Crash(signal: process.terminationStatus, errors: errors)
        }
        let output = try outputStream == nil ? streams.text("output") : ""
        return Outcome(output: output, errors: errors, exitCode: process.terminationStatus)
    }
}
