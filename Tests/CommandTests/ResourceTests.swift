#if os(Linux)
    import Foundation
    import Imaging
    import TestSupport
    import Testing

    /// Limits that containers, batch systems and shells set.
    @Suite(.timeLimit(.minutes(60))) struct ResourceTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            chmod(folder.url.path, 0o777)
        }

        private let work = Fixture.sample + ["--iterations", "2", "--output", "out"]

        /// A shell's commands that leave `count` more processes and threads to a user, not root, whom no limit holds.
        private func leaving(_ count: Int) -> String {
            getuid() == 0
                ? "[ \"$L\" ] || L=1 exec setpriv --reuid=6553\(count) --regid=6553\(count) --clear-groups "
                    + "/bin/bash -c 'ulimit -u \(count); exec \"$0\" \"$@\"' \"$0\" \"$@\""
                : "N=$(($(ps -L -u $(id -u) | wc -l) + \(count))); ulimit -u $N 2>/dev/null || ulimit -p $N"
        }

        @Test("where no more threads are made, those that are there do the work", arguments: [1, 2, 3])
        func threads(count: Int) throws {
            for options in [[], ["--threads", "1"], ["--dry-run"]] {
                let outcome = try Command.run(work + options, in: folder, setup: leaving(count))
                #expect(outcome.exitCode == 0, "\(outcome.errors)")
            }
            let jobs = "painting,object\n\(Fixture.painting),\(Fixture.cupWithAlpha)\n"
            try folder.write(jobs.utf8, to: "jobs.csv")
            let batch = try Command.run(
                ["batch", "jobs.csv", "--jobs", "4", "--output", "b\(count)", "--iterations", "0"], in: folder,
                setup: leaving(count))
            // A job is a process more, and the batch itself may have two threads.
            if count != 2 { #expect(batch.exitCode == (count == 1 ? 1 : 0), "\(batch.errors)") }
        }

        @Test(
            "too little data is said, not trapped on",
            arguments: Array(stride(from: 10_000, through: 130_000, by: 6_000)))
        func data(kilobytes: Int) throws {
            for options in [[], ["--dry-run"]] {
                do {
                    let outcome = try Command.run(work + options, in: folder, setup: "ulimit -d \(kilobytes)")
                    // 127: the system itself could not start it.
                    #expect([0, 69, 127].contains(outcome.exitCode), "\(outcome.errors)")
                    if outcome.exitCode == 69 { #expect(outcome.errors.contains("Error: ")) }
                } catch let crash as Command.Crash {
                    // The system's loader has nothing else to say below this.
                    #expect(kilobytes < 20_000, "signal \(crash.signal): \(crash.errors)")
                }
            }
        }

        @Test("a small stack is made larger, or refused", arguments: [(128, 69), (2048, 0)] as [(Int, Int32)])
        func stack(kilobytes: Int, exitCode: Int32) throws {
            let hard = try Command.run(work, in: folder, setup: "ulimit -s \(kilobytes)")
            #expect(hard.exitCode == exitCode, "\(hard.errors)")
            if exitCode != 0 {
                let error = "Error: this process may have 128 KB of stack (ulimit -s), and needs 1024"
                #expect(hard.errors.hasPrefix(error))
            }
            #expect(try Command.run(work, in: folder, setup: "ulimit -Ss \(kilobytes)").exitCode == 0)
        }

        @Test func `when the processor's time is up, the best so far is kept`() throws {
            let outcome = try Command.run(
                Fixture.sample + ["--iterations", "1000000"], in: folder, setup: "ulimit -St 2")
            #expect(outcome.exitCode == 128 + SIGXCPU)
            _ = try folder.image("stage2.png")
        }

        /// The state of a process: `T` where it is stopped.
        private static func state(_ process: Int32) -> Character? {
            let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            return text?.split(separator: ")").last?.dropFirst().first
        }

        @Test func `Ctrl-Z stops the program, whose clock stands still`() throws {
            struct Summary: Decodable { let seconds: Double }
            var stopped = false
            let start = ContinuousClock.now
            let outcome = try Command.run(
                Fixture.sample + ["--iterations", "1000000", "--preview-every", "1", "--json"], in: folder,
                watch: { process in
                    process.awaitFile(folder.path("preview.png"))
                    kill(process.processIdentifier, SIGTSTP)
                    for _ in 0..<20 where !stopped {
                        usleep(100_000)
                        stopped = Self.state(process.processIdentifier) == "T"
                    }
                    if stopped { sleep(4) }
                    kill(process.processIdentifier, SIGCONT)
                    kill(process.processIdentifier, SIGINT)
                })
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            #expect(outcome.exitCode == 130)
            let seconds = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8)).seconds
            // Where no shell could let it go on, the system does not stop it.
            if stopped { #expect(seconds < elapsed - 3.5) }
        }
    }
#endif
