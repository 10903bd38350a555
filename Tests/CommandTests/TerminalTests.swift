import Foundation
import Synchronization
import TestSupport
import Testing

/// What a person at a terminal sees.
@Suite(.timeLimit(.minutes(60))) struct TerminalTests {
    /// A pseudo-terminal: the program writes to one end, and what a terminal would get is read at the other.
    private final class Terminal: Sendable {
        let program: FileHandle
        private let screen: FileHandle
        private let text = Mutex(Data())
        private let reading = DispatchQueue(label: "screen")

        init(columns: UInt16) throws {
            var (main, other): (CInt, CInt) = (-1, -1)
            var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
            try #require(openpty(&main, &other, nil, nil, &size) == 0)
            // What the program inherits is its end alone.
            _ = fcntl(main, F_SETFD, FD_CLOEXEC)
            program = FileHandle(fileDescriptor: other, closeOnDealloc: true)
            screen = FileHandle(fileDescriptor: main, closeOnDealloc: true)
            reading.async { [screen] in
                var part = [UInt8](repeating: 0, count: 1 << 12)
                // A pseudo-terminal whose other end was closed ends in an error. FileHandle would wait for all 4096
                // bytes.
                while case let count = read(screen.fileDescriptor, &part, part.count), count > 0 {
                    self.text.withLock { $0 += part[..<count] }
                }
            }
        }

        /// All that was written, once the program has ended.
        func contents() -> String {
            try? program.close()
            reading.sync {}
            return text.withLock { String(decoding: $0, as: UTF8.self).replacing("\r\n", with: "\n") }
        }
    }

    private func screen(columns: UInt16, type: String = "xterm", _ options: [String]) throws -> String {
        let terminal = try Terminal(columns: columns), folder = try TemporaryFolder()
        let outcome = try Command.run(
            Fixture.sample + options, in: folder, environment: ["TERM": type], errorStream: terminal.program)
        #expect(outcome.exitCode == 0)
        return terminal.contents()
    }

    @Test(arguments: [20, 80, 132]) func `a bar is drawn again and again in a line that fits`(columns: UInt16)
        throws
    {
        let text = try screen(columns: columns, ["--iterations", "60,20"])
        let drawn = text.split(separator: "\r").filter { $0.hasPrefix("\u{1B}[K") && !$0.contains("\n") }
            .map { $0.dropFirst(3) }
        #expect(drawn.count > 3)
        #expect(drawn.allSatisfy { $0.count < columns })
        #expect(drawn.contains { $0.contains("pass 1  matching patches") } == (columns > 20))
        if columns == 132 {
            let bar =
                #/
                [█░\#.]{30}\ {2,} [0-9]+\ %\ \ pass\ [12]\ \ evaluation\ [0-9]+/[0-9]+\ \ loss\ [0-9.e+\-]+
                (\ \ [0-9.e+]+/s)? (\ \ [0-9]+:[0-9]+\ left)?
                /#
            #expect(drawn.contains { $0.wholeMatch(of: bar) != nil }, "\(drawn)")
        }
        // What stays is a line for each pass and the summary, each where a bar was.
        let lines = text.split(separator: "\n").compactMap { $0.split(separator: "\u{1B}[K").last }
        try #require(lines.count == 3)
        #expect(lines[0].hasPrefix("pass 1  evaluation 60  loss ") && lines[2].hasPrefix("wrote stage1.png"))
    }

    @Test("where no line can be redrawn, none is", arguments: ["dumb", ""])
    func dumbTerminals(type: String) throws {
        let text = try screen(columns: 80, type: type, ["--iterations", "60,20"])
        #expect(!text.contains("\r") && !text.contains("\u{1B}"))
        #expect(text.contains("wrote stage1.png"))
    }

    @Test("a narrow terminal is no reason to fail", arguments: [1, 2]) func narrow(columns: UInt16) throws {
        #expect(try screen(columns: columns, ["--iterations", "60,20"]).contains("wrote stage1.png"))
    }

    @Test func `names cannot take a terminal over`() throws {
        let terminal = try Terminal(columns: 200), folder = try TemporaryFolder()
        let name = "\u{1B}[2J\u{9B}31m\u{202E}x.png"
        let outcome = try Command.run(
            ["--painting", name, "--object", Fixture.cupWithAlpha], in: folder, environment: ["TERM": "xterm"],
            errorStream: terminal.program)
        #expect(outcome.exitCode == 66)
        #expect(terminal.contents().hasPrefix(#"Error: \u{1B}[2J\u{009B}31m\u{202E}x.png does not exist"#))
    }

    @Test func `a quiet run leaves the terminal alone`() throws {
        #expect(try screen(columns: 80, ["--iterations", "2", "--quiet"]) == "")
    }

    @Test func `without a terminal nothing is redrawn`() throws {
        let outcome = try Command.run(Fixture.sample + ["--iterations", "2"], in: TemporaryFolder())
        #expect(!outcome.errors.contains("\r") && !outcome.errors.contains("\u{1B}"))
    }
}
