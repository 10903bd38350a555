internal import ArgumentParser
internal import Files

/// The command's report of an error: a message, a hint and an exit code (sysexits.h).
struct ErrorReport {
    let what: String
    let hint: String?
    let exitCode: Int32

    /// The exit codes by kind of failure.
    enum Code: Int32 {
        case unfinished = 1, usage = 64, data = 65, noInput = 66, resource = 69, software = 70, cannotWrite = 73
    }

    /// The lines for stderr.
    var text: String {
        "Error: \(what.escapingControls)\n" + (hint.map { "Hint: \($0.escapingControls)\n" } ?? "")
    }

    /// An error of any kind; one that is not ``Reportable`` is the parser's.
    init(_ error: any Error) { self = (error as? any Reportable)?.report ?? Self.usage(error) }

    /// The description of an error, with the command's hint and exit code.
    init(_ what: some CustomStringConvertible, hint: String?, _ code: Code = .data) {
        (self.what, self.hint, exitCode) = (what.description, hint, code.rawValue)
    }

    /// An interruption by a signal.
    init(interruptedBy signal: Int32) { (what, hint, exitCode) = ("interrupted", nil, 128 + signal) }

    private static func usage(_ error: any Error) -> Self {
        let message = Harmonize.message(for: error).split(separator: "\n").joined(separator: " ")
        guard Harmonize.exitCode(for: error).rawValue == Code.usage.rawValue else { return bug(message) }
        let dashed = dashedName(message).map { "write './\($0)' where that is the name of a file" }
        return Self(message, hint: dashed ?? "harmonize --help lists the options", .usage)
    }

    /// The argument with a dash in front that the parser took for an option where it wanted a file.
    private static func dashedName(_ message: String) -> String? {
        func isName(_ argument: String) -> Bool {
            guard argument.hasPrefix("-"), argument != "-" else { return false }
            return !argument.hasPrefix("--") || FilePath(argument: argument)?.exists == true
        }
        let arguments = ProgramArguments.all
        if message.hasPrefix("Missing expected argument '<") {
            return arguments.first { isName($0) && FilePath(argument: $0)?.exists == true }
        }
        return zip(arguments, arguments.dropFirst()).first { option, value in
            message.hasPrefix("Missing value for '\(option) <") && isName(value)
                && Harmonize.longOptions.isPath(String(option.dropFirst(2)))
        }?.1
    }

    /// An error that only a defect of the program can cause.
    static func bug(_ what: some CustomStringConvertible) -> Self {
        Self(what, hint: "this should not happen; please report it", .software)
    }
}

/// An error with a hint and an exit code.
protocol Reportable: Error {
    var report: ErrorReport { get }
}

extension Reportable where Self: CustomStringConvertible {
    /// A report of the error's own description.
    func report(_ hint: String, _ code: ErrorReport.Code = .data) -> ErrorReport {
        ErrorReport(self, hint: hint, code)
    }
}

extension FileError: Reportable {
    var report: ErrorReport {
        switch self {
        case .missing: report("check the path and the folder you are in", .noInput)
        case .unreadable: report("give a file you may read", .noInput)
        case .cannotWrite: report("choose a folder you can write to, with room on its disk", .cannotWrite)
        case .busy: report("wait for it to end", .resource)
        }
    }
}
