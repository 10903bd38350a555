internal import ArgumentParser
internal import Files
internal import Foundation
internal import Harmonization
internal import Processes
internal import Studio
internal import Terminal

/// The browser interface: `harmonize studio`.
struct StudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studio", abstract: "Cut out, place and repaint in the browser.",
        usage: "harmonize studio [PAINTING] [PHOTO] [--port N] [--no-open] [OPTION ...]",
        discussion: """
            Opens a page in the browser, on which an object is cut out of its photograph, placed in a painting and \
            repainted. All of it stays on this machine, and nobody else can open the page: its address has a secret. \
            Ctrl-C ends it.

              harmonize studio
              harmonize studio starry-night.jpg cup.jpg
            """)

    @ParentCommand var root: Harmonize

    @Argument(help: ArgumentHelp("The painting to begin with.", valueName: "painting"), completion: .picture)
    var painting: FilePath?
    @Argument(help: ArgumentHelp("The photograph to begin with.", valueName: "photo"), completion: .picture)
    var photograph: FilePath?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The port on this machine. Default: one that is free.", valueName: "n"))
    var port = 0
    @Flag(name: .customLong("no-open"), help: "Print the address, and open no browser.") var opensNothing = false
    // For the help: these are taken by the root command, which has options of the same names.
    @Option(
        name: .customLong("max-pixels"),
        help: ArgumentHelp("Refuse pictures with more pixels. Default: 400M.", valueName: "n"))
    var shownLimit: String?
    @Option(
        name: .customLong("max-memory"),
        help: ArgumentHelp("Refuse what would take more memory. Default: what is free.", valueName: "MB"))
    var shownMemory: Int?
    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp("Threads that work at a time. Default: one for each core.", valueName: "n"))
    var shownThreads: Int?

    /// The options of the root command that have a meaning here.
    private static let own: Set = ["max-pixels", "max-memory", "threads", "port", "no-open"]

    func validate() throws {
        guard 0...65535 ~= port else { throw ValidationError("--port goes from 0 to 65535, got \(port)") }
        for (name, path) in [("painting", painting), ("photograph", photograph)] where path == "" {
            throw ValidationError("the \(name) needs the name of a file")
        }
        for argument in ProgramArguments.all.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = String(argument.dropFirst(2).prefix { $0 != "=" })
            if Harmonize.longOptions.contains(name), !Self.own.contains(name) {
                throw ValidationError("--\(name) has no meaning for 'harmonize studio'")
            }
        }
    }

    func run() throws {
        for path in [painting, photograph].compactMap({ $0 }) where !path.isRegular {
            throw path.exists
                ? FileError.unreadable(path: path, reason: "not a regular file") : FileError.missing(path: path)
        }
        // Many connections at a time need many open files.
        ChildProcess.raiseFileLimit(to: 8192)
        let method = root.method, memory = method.settings().memoryLimit
        var arguments: [String] = []
        if let threads = method.threads { arguments.append("--threads=\(threads)") }
        if let limit = method.maxMemory { arguments.append("--max-memory=\(limit)") }
        let studio = try Studio(
            StudioConfiguration(
                executable: FilePath.executable, painting: painting, photograph: photograph, port: port,
                maxPixels: root.pictures.limit, jobArguments: arguments,
                // Besides what is counted, a process has its stacks and its libraries' memory.
                availableMemory: { (memory ?? SystemMemory.available) + 512_000_000 }))
        Interruption.relay { signal in
            studio.close()
            StandardError.write("the studio is closed\n")
            _exit(128 + signal)
        }
        let failure = Failure(), opensBrowser = !opensNothing
        Task {
            do {
                try await studio.run { address, invitation in
                    StandardError.write("the studio is at \(address)\n(Ctrl-C ends it)\n")
                    try? StandardOutput.write(line: address)
                    if opensBrowser { Browser.open(invitation) }
                }
            } catch {
                failure.set(error)
            }
        }
        let error = failure.wait()
        studio.close()
        throw CannotServe(port: port, reason: "\(error)")
    }
}

/// An error that another thread waits for.
private final class Failure: @unchecked Sendable {
    private let isThere = DispatchSemaphore(value: 0)
    private var error: (any Error)?

    func set(_ error: any Error) {
        self.error = error
        isThere.signal()
    }

    func wait() -> any Error {
        isThere.wait()
        return error ?? CancellationError()
    }
}

/// The studio's port cannot be had.
struct CannotServe: Reportable {
    let port: Int
    let reason: String

    var report: ErrorReport {
        ErrorReport(
            "cannot listen on port \(port): \(reason)",
            hint: "is another program there? leave --port out, for one that is free", .resource)
    }
}
