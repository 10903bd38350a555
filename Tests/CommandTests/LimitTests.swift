#if os(Linux)  // for /proc
    import Foundation
    import Imaging
    import NeuralNet
    import TestSupport
    import Testing

    /// What claims to be large is refused before it takes time or memory.
    @Suite(.timeLimit(.minutes(60))) struct LimitTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        /// Runs the command and expects it to take less than 200 MB. After a second of the processor the system ends
        /// it.
        private func frugally(
            _ arguments: [String], input: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> Command.Outcome {
            var peak = 0
            let outcome = try Command.run(
                arguments, in: folder, input: input, setup: "ulimit -t 1",
                watch: { process in
                    // What is missed is what it takes in the last millisecond.
                    while process.isRunning {
                        peak = Self.peak(of: process.processIdentifier) ?? peak
                        usleep(1000)
                    }
                })
            #expect((1...200_000_000).contains(peak), "\(peak) bytes", sourceLocation: sourceLocation)
            return outcome
        }

        /// The most bytes of memory that a process has used.
        private static func peak(of process: Int32) -> Int? {
            let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            return status?.firstMatch(of: /VmHWM:\s*([0-9]+) kB/).flatMap { Int($0.1) }.map { 1024 * $0 }
        }

        /// A text too long for the name of a test.
        struct Text: Sendable, CustomTestStringConvertible {
            let testDescription, text: String

            init(_ name: String, _ text: String) { (testDescription, self.text) = (name, text) }
        }

        private func expectRefusal(
            _ arguments: [String], _ exitCode: Int32, _ error: String, hint: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let outcome = try frugally(arguments, sourceLocation: sourceLocation)
            #expect(outcome.exitCode == exitCode, sourceLocation: sourceLocation)
            #expect(outcome.errorLines.first.map(String.init) == "Error: \(error)", sourceLocation: sourceLocation)
            if let hint { #expect(outcome.errorLines.last == "Hint: \(hint)", sourceLocation: sourceLocation) }
            #expect(outcome.errorLines.count == 2, sourceLocation: sourceLocation)
        }

        /// The sample with another file for `option`, planned only.
        private func sample(_ option: String, _ path: String) -> [String] {
            [
                "--painting", Fixture.painting, "--object", Fixture.cup, "--mask", Fixture.mask, "--dry-run", option,
                path,
            ]
        }

        // MARK: Pixels

        private static let pictures = ["--painting", "--object", "--mask", "--loose-mask"]
        private let raise = "scale the picture down first, or raise the limit with --max-pixels"

        @Test("a picture of billions of pixels is refused by its header", arguments: pictures)
        func refusesHugePictures(option: String) throws {
            try folder.write(BombFile.png(60_000, 60_000, BombFile.chunk("IDAT", [])), to: "p")
            try expectRefusal(
                sample(option, "p"), 69, "p is 60000×60000 pixels, more than the limit of 400000000", hint: raise)
            try folder.write(BombFile.baselineJPEG(65_000, 65_000), to: "p")
            try expectRefusal(
                sample(option, "p"), 69, "p is 65000×65000 pixels, more than the limit of 400000000", hint: raise)
            let piped = try Command.run(sample(option, "-"), in: folder, input: folder.path("p"))
            #expect(piped.exitCode == 69)
            #expect(piped.errors.hasPrefix("Error: standard input is 65000×65000 pixels, more than "))
        }

        @Test(
            "the limit is a count, or millions",
            arguments: [
                ("45599", 45_599), ("0.045599M", 45_599), ("0.045 MP", 45_000), (".", nil), ("-1", nil), ("1k", nil),
                ("5e18M", nil), ("9999999999999M", nil), ("0", nil), ("45600", 0), ("0.0456mp", 0), ("400M", 0),
                ("9223372036854775807", 0),
            ] as [(String, Int?)])
        func limits(value: String, limit: Int?) throws {
            let outcome = try Command.run(Fixture.sample + ["--dry-run", "--max-pixels", value], in: folder)
            switch limit {
            case 0: #expect(outcome.exitCode == 0)
            case nil: #expect(outcome.exitCode == 64)
            case let limit?:
                #expect(outcome.exitCode == 69)
                let error = "Error: \(Fixture.painting) is 240×190 pixels, more than the limit of \(limit)\n"
                #expect(outcome.errors == error + "Hint: \(raise)\n")
            }
        }

        @Test func `the limit may stand in files of options and of jobs`() throws {
            try folder.write("max-pixels = \"0.01M\"\n".utf8, to: "h.toml")
            let configured = try Command.run(Fixture.sample + ["--config", "h.toml", "--dry-run"], in: folder)
            #expect(configured.exitCode == 69)
            try folder.write(
                "painting,object,max-pixels\n\(Fixture.painting),\(Fixture.cupWithAlpha),10000\n".utf8, to: "j.csv")
            let batch = try Command.run(["batch", "j.csv"], in: folder)
            #expect(batch.errors.contains("is 240×190 pixels, more than the limit of 10000\n"))
        }

        @Test("pixels that are missing take no memory", arguments: [false, true])
        func missingPixels(isInterlaced: Bool) throws {
            let data = BombFile.chunk("IDAT", BombFile.deflated(zeros: 1000))
            try folder.write(BombFile.png(19_000, 19_000, interlaced: isInterlaced, data), to: "p")
            let png = try frugally(sample("--painting", "p"))
            #expect(png.exitCode == 65)
            #expect(png.errors.hasPrefix("Error: p is a damaged PNG: "))
            try folder.write(
                isInterlaced
                    ? BombFile.progressiveJPEG(19_000, 19_000, scans: 1) : BombFile.baselineJPEG(19_000, 19_000),
                to: "p")
            let outcome = try frugally(sample("--painting", "p"))
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: p is a damaged JPEG: "))
        }

        @Test("an object is only as large as what the painting shows of it", arguments: ["1000", "9000000"])
        func scales(factor: String) throws {
            #expect(try frugally(sample("--scale", factor)).exitCode == 0)
        }

        @Test func `a file with far more bytes than pixels is not read to its end`() throws {
            try folder.write(BombFile.png(10, 10, BombFile.chunk("IDAT", [])), to: "p")
            try BombFile.lengthen(folder.path("p"), to: 1 << 38)
            try expectRefusal(
                sample("--mask", "p"), 65, "p is a damaged PNG: it has more bytes than can its 10×10 pixels take")
            try folder.write([0xFF, 0xD8, 0xFF], to: "p")
            try BombFile.lengthen(folder.path("p"), to: 1 << 38)
            try expectRefusal(
                sample("--mask", "p"), 65, "p is a damaged JPEG: it has more bytes than can stand in front of a size")
            let endless = try frugally(sample("--mask", "-"), input: "/dev/zero")
            #expect(endless.exitCode == 65)
            #expect(endless.errors.hasPrefix("Error: standard input is none of PNG, JPEG, TIFF, WebP, HEIC and AVIF\n"))
        }

        // MARK: What else a picture's file holds

        /// A black picture of 240×190 with a chunk in front of its pixels.
        private func painting(with chunk: [UInt8]) -> [UInt8] {
            let pixels = BombFile.deflated(zeros: 190 * (1 + 3 * 240))
            return BombFile.png(240, 190, chunk, BombFile.chunk("IDAT", pixels), BombFile.chunk("IEND", []))
        }

        @Test("text that unpacks to a gigabyte is not unpacked", arguments: ["zTXt", "iTXt", "eXIf", "prVt"])
        func textBombs(name: String) throws {
            let text = (name == "iTXt" ? "a\0\u{1}\0\0\0" : "a\0\0").utf8 + BombFile.deflated(zeros: 1 << 30)
            try folder.write(painting(with: BombFile.chunk(name, Array(text))), to: "p")
            let outcome = try frugally(sample("--mask", "p"))
            // It is read, and has no white in it, or not the object's size.
            #expect(outcome.errors.hasPrefix("Error: the mask is 240×190 and the object 110×100\n"))
        }

        @Test func `a colour profile that unpacks to a gigabyte is left out`() throws {
            var header = Array(repeating: UInt8(0), count: 132)
            header.replaceSubrange(0..<4, with: [0x40, 0, 0, 0])
            header.replaceSubrange(12..<24, with: "mntrRGB XYZ ".utf8)
            header.replaceSubrange(36..<40, with: "acsp".utf8)
            let profile = Array("name\0\0".utf8) + BombFile.deflated(header, zeros: 1 << 30)
            try folder.write(painting(with: BombFile.chunk("iCCP", profile)), to: "p")
            let outcome = try frugally(sample("--painting", "p"))
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.contains("colour profile"), "\(outcome.errors)")
        }

        @Test("a chunk that claims more than there is, is damage", arguments: ["PLTE", "tEXt", "iCCP", "eXIf", "IDAT"])
        func chunksThatClaim(name: String) throws {
            try folder.write(painting(with: BombFile.chunk(name, [1, 2, 3], length: 0x7FFF_FFFF)), to: "p")
            let outcome = try frugally(sample("--painting", "p"))
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: p is a damaged PNG: "))
        }

        @Test func `a palette beyond 256 colours is damage`() throws {
            let palette = BombFile.chunk("PLTE", Array(repeating: 7, count: 3 * 100_000))
            try folder.write(BombFile.png(24, 19, colorType: 3, palette, BombFile.chunk("IDAT", [])), to: "p")
            let outcome = try frugally(sample("--painting", "p"))
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: p is a damaged PNG: "))
        }

        @Test func `scans that change nothing do not go on for ever`() throws {
            try folder.write(BombFile.progressiveJPEG(8, 8, scans: 101), to: "p")
            try expectRefusal(
                sample("--painting", "p"), 65, "p is a kind of JPEG that is not read: it has more than 100 scans",
                hint: "convert it to PNG first")
            try folder.write(BombFile.progressiveJPEG(8, 8, scans: 100), to: "p")
            #expect(try Command.run(sample("--painting", "p"), in: folder).errors.contains("the painting is 8×8"))
        }

        // MARK: Weights

        @Test(
            "a header of weights that claims absurd things is refused",
            arguments: [
                (16, [0xFF, 0xFF, 0xFF, 0xFF]), (16, [0xFF, 0xFF, 0xFF, 0x7F]), (44, [0xFF, 0xFF, 0xFF, 0xFF]),
                (55, [0xFF, 0xFF, 0xFF, 0xFF]), (59, [0xFF, 0xFF, 0xFF, 0xFF]),
                (71, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), (71, [0, 0, 0, 0, 0, 0, 0, 0]),
            ] as [(Int, [UInt8])])
        func absurdWeights(offset: Int, bytes: [UInt8]) throws {
            var file = Weights.builtIn.encoded()
            file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            try folder.write(file, to: "w.bin")
            let outcome = try frugally(sample("--model", "w.bin"))
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: w.bin is ") && outcome.errorLines.count == 2)
        }

        @Test func `a file of weights that is far too long is not looked through`() throws {
            try folder.write(Weights.builtIn.encoded(), to: "w.bin")
            try BombFile.lengthen(folder.path("w.bin"), to: 1 << 40)
            try expectRefusal(sample("--model", "w.bin"), 65, "w.bin is damaged: its checksum does not match")
            mkfifo(folder.path("pipe"), 0o600)
            try expectRefusal(sample("--model", "pipe"), 66, "cannot read pipe: Not a regular file")
            try expectRefusal(sample("--model", "/dev/zero"), 66, "cannot read /dev/zero: Not a regular file")
        }

        @Test(
            "a safetensors header that claims absurd things is refused",
            arguments: [
                Text("objects in each other", String(repeating: #"{"a":"#, count: 100_000)),
                Text("arrays in each other", #"{"a":"# + String(repeating: "[", count: 1_000_000)),
                Text(
                    "a count that overflows",
                    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#),
                Text(
                    "an offset beyond the file",
                    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#),
                Text(
                    "tensors that overlap",
                    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                        + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#),
                Text(
                    "an extent that is no integer",
                    #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#),
                Text(
                    "40,000 keys of metadata",
                    #"{"__metadata__":{"# + (0..<40_000).map { #""\#($0)":"""# }.joined(separator: ",") + "}}"),
                Text(
                    "15,000 tensors",
                    "{"
                        + (0..<15_000).map { #""\#($0)":{"dtype":"F32","shape":[],"data_offsets":[0,0]}"# }
                        .joined(separator: ",") + "}"),
            ])
        func absurdSafeTensors(header: Text) throws {
            try folder.write(BombFile.safeTensors(header.text), to: "w.safetensors")
            let outcome = try frugally(["model", "import", "w.safetensors", "out.bin"])
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: w.safetensors ") && outcome.errorLines.count == 2)
            #expect(try folder.names == ["w.safetensors"])
        }

        @Test func `a safetensors header has a megabyte at most`() throws {
            let length = withUnsafeBytes(of: UInt64(1 << 40).littleEndian) { Array($0) }
            try folder.write(length + Array("{".utf8), to: "w.safetensors")
            try BombFile.lengthen(folder.path("w.safetensors"), to: 1 << 41)
            try expectRefusal(
                ["model", "import", "w.safetensors", "out.bin"], 65,
                "w.safetensors is damaged: a header of 1099511627776 bytes")
        }

        // MARK: Texts

        @Test(
            "a file of jobs or of options without an end is not read to it", arguments: ["/dev/zero", "hole", "pipe"])
        func endlessTexts(name: String) throws {
            let path = name.hasPrefix("/") ? name : folder.path(name)
            switch name {
            case "hole":
                try folder.write("name\na\n".utf8, to: name)
                try BombFile.lengthen(path, to: 1 << 38)
            case "pipe":
                mkfifo(path, 0o600)
            default: break
            }
            let commands = [
                (["batch", path], "\(path) has more than 16 MB", "put the jobs into several files, one batch each"),
                (
                    Fixture.sample + ["--config", path], "\(path) has more than 32 KB: it is no file of options",
                    "give another with --config, or --no-config"
                ),
            ]
            for (arguments, error, hint) in commands {
                let writer =
                    name == "pipe"
                    ? try Process.run(
                        URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "exec cat /dev/zero > '\(path)'"]) : nil
                try expectRefusal(arguments, 65, error, hint: hint)
                writer?.terminate()
                writer?.waitUntilExit()
            }
        }

        @Test(
            "nesting without an end is refused",
            arguments: [
                Text("arrays", String(repeating: "[", count: 10_000_000)),
                Text("arrays and objects", String(repeating: #"[{"at":"#, count: 1_000_000)),
                Text("arrays in an object", #"{"at":"# + String(repeating: "[", count: 10_000_000)),
            ])
        func deepJobs(jobs: Text) throws {
            try folder.write(jobs.text.utf8, to: "jobs.json")
            let outcome = try frugally(["batch", "jobs.json"])
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: jobs.json") && outcome.errorLines.count == 2)
        }

        @Test("nesting in a file of options is refused", arguments: ["[", "{a="])
        func deepOptions(opening: String) throws {
            try folder.write(("a = " + String(repeating: opening, count: 10_000)).utf8, to: "h.toml")
            let outcome = try frugally(Fixture.sample + ["--config", "h.toml"])
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.hasPrefix("Error: h.toml:1:") && outcome.errorLines.count == 2)
        }

        @Test func `a harmonize-toml that nobody asked for is not waited for`() throws {
            try folder.write(Fixture.bytes("painting.png"), to: "p.png")
            mkfifo(folder.path("harmonize.toml"), 0o600)
            let sample = ["--painting", "p.png", "--object", Fixture.cupWithAlpha, "--dry-run"]
            #expect(try frugally(sample).exitCode == 0)
        }
    }
#endif
