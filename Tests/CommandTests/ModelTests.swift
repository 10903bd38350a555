import Foundation
import NeuralNet
import TestSupport
import Testing

/// `harmonize model …`, `--model`, and what is wrong with a file of weights.
@Suite(.timeLimit(.minutes(60))) struct ModelTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> Command.Outcome { try Command.run(arguments, in: folder) }

    private let again = "fetch or import the weights again"

    @Test func `imported weights work like the same ones built in`() throws {
        try folder.write(SafeTensorsFile.bytes(of: .builtIn), to: "weights.safetensors")
        let imported = try run("model", "import", "weights.safetensors", "weights.bin")
        #expect(imported.exitCode == 0)
        #expect(imported.output == "")
        #expect(imported.errors == "wrote weights.bin: 11 convolutions, 625616 parameters, average pooling\n")
        #expect(try folder.names == ["weights.safetensors", "weights.bin"])
        #expect(try folder.bytes("weights.bin") == Weights.builtIn.encoded())

        let arguments = Fixture.sample + ["--iterations", "2", "--quiet", "--trace"]
        #expect(try Command.run(arguments + ["1.json", "--output", "built-in"], in: folder).exitCode == 0)
        let other = ["2.json", "--output", "file", "--model", "weights.bin"]
        #expect(try Command.run(arguments + other, in: folder).exitCode == 0)
        #expect(try folder.stages(in: "built-in") == folder.stages(in: "file"))
        #expect(try TraceFile(folder.path("2.json")).model.source == "weights.bin")
    }

    @Test func `an import does not replace what is imported`() throws {
        let bytes = SafeTensorsFile.bytes(of: .builtIn)
        try folder.write(bytes, to: "w.safetensors")
        try Command.expectFailure(
            ["model", "import", "w.safetensors", "./w.safetensors"], in: folder, 64,
            "./w.safetensors would replace the file that is imported", hint: "harmonize --help lists the options")
        #expect(try Array(folder.bytes("w.safetensors")) == Array(bytes))
    }

    @Test func `info shows the built-in model, or a file's`() throws {
        let builtIn = try run("model", "info")
        #expect(builtIn.exitCode == 0)
        #expect(builtIn.errors == "")
        let lines = builtIn.output.split(separator: "\n")
        try #require(lines.count == 15)
        #expect(lines[0] == "source      built-in")
        #expect(lines[1] == "contents    11 convolutions, 625616 parameters, average pooling")
        #expect(lines[2] == "mean        0.485 0.456 0.406")
        #expect(lines[3] == "std         0.229 0.224 0.225")
        #expect(lines[4] == "conv1_1     16×3×3×3")
        #expect(lines[14] == "conv5_1     128×128×3×3")

        try Weights.builtIn.write(to: folder.path("weights.bin"))
        let file = try run("model", "info", "weights.bin")
        #expect(file.exitCode == 0)
        #expect(file.output.split(separator: "\n").dropFirst() == lines.dropFirst())
        #expect(file.output.hasPrefix("source      weights.bin\n"))
    }

    @Test func `a safetensors file has to be imported first`() throws {
        try folder.write(SafeTensorsFile.bytes(of: .builtIn), to: "w.safetensors")
        for arguments in [["model", "info", "w.safetensors"], Fixture.evaluatedSample + ["--model", "w.safetensors"]] {
            try Command.expectFailure(
                arguments, in: folder, 65, "w.safetensors is a safetensors file",
                hint: "run 'harmonize model import w.safetensors OUT.bin' and give OUT.bin")
        }
        #expect(try folder.names == ["w.safetensors"])
    }

    /// A way to spoil the built-in weights, and what the command says of the file w.bin.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription, error, hint: String
        let spoil: @Sendable ([UInt8]) -> [UInt8]

        init(
            _ name: String, _ error: String, hint: String = "fetch or import the weights again",
            spoil: @escaping @Sendable ([UInt8]) -> [UInt8]
        ) {
            (testDescription, self.error, self.hint, self.spoil) = (name, error, hint, spoil)
        }
    }

    private static let damages = [
        Damage(
            "another file", "w.bin holds no weights that harmonize knows (5 bytes)",
            hint: "give a file from 'harmonize model import', or a raw dump of VGG16 (58858752 or 553430176 bytes)"
        ) { _ in Array("words".utf8) },
        Damage("cut short", "w.bin is cut short: 1000000 bytes of 2502901") { Array($0.prefix(1_000_000)) },
        Damage("a bit", "w.bin is damaged: its checksum does not match") { $0.replacing(at: 2_000_000, with: [0xaa]) },
        Damage("version", "w.bin is of version 2 of the format; this program reads 1", hint: "update harmonize") {
            $0.replacing(at: 8, with: [2])
        },
        Damage("pooling", "w.bin is damaged: pooling 7 is neither 0 (max) nor 1 (average)") {
            $0.replacing(at: 12, with: [7]).stamped
        },
        Damage("layers", "w.bin claims 17 layers", hint: "VGG16 has 13 convolutions and VGG19 16") {
            $0.replacing(at: 16, with: [17]).stamped
        },
        Damage("fewer layers", "w.bin lacks conv5_1", hint: "only VGG16-shaped networks can be used") {
            $0.replacing(at: 16, with: [10]).stamped
        },
        // The first layer's name begins at 48, its shape at 55.
        Damage("name", "w.bin lacks conv1_1", hint: "only VGG16-shaped networks can be used") {
            $0.replacing(at: 48, with: Array("C".utf8)).stamped
        },
        Damage("shape", "w.bin: conv1_1 is 16×4×3×3, not 16×3×3×3", hint: "only VGG16-shaped networks can be used") {
            $0.replacing(at: 59, with: [4]).stamped
        },
        Damage("standard deviation", "w.bin has a mean of [0.485, 0.456, 0.406] and a std of [0.0, 0.224, 0.225]") {
            $0.replacing(at: 32, with: [0, 0, 0, 0]).stamped
        },
        Damage("NaN", "w.bin: conv5_1 holds values that are not finite") {
            $0.replacing(at: $0.count - 12, with: [0, 0, 0xc0, 0x7f]).stamped
        },
    ]

    @Test("spoiled weights are refused with their own words", arguments: damages)
    func refuses(damage: Damage) throws {
        try folder.write(damage.spoil(Weights.builtIn.encoded()), to: "w.bin")
        for arguments in [["model", "info", "w.bin"], Fixture.evaluatedSample + ["--model", "w.bin"]] {
            try Command.expectFailure(arguments, in: folder, 65, damage.error, hint: damage.hint)
        }
        #expect(try folder.names == ["w.bin"])
    }

    @Test func `weights that see nothing are an error, not a division by zero`() throws {
        let blank = try Weights(
            layers: Weights.builtIn.layers.map {
                ConvolutionWeights(
                    name: $0.name, shape: $0.shape, weights: Array(repeating: 0, count: $0.weights.count),
                    bias: Array(repeating: 0, count: $0.bias.count))
            })
        try blank.write(to: folder.path("w.bin"))
        try Command.expectFailure(
            Fixture.evaluatedSample + ["--model", "w.bin"], in: folder, 65,
            "the network sees nothing in this painting: relu1_1 is 0 everywhere or not finite",
            hint: "check that the painting is not blank, or use another --model")
    }

    @Test func `what cannot be imported is refused and nothing is written`() throws {
        let file = SafeTensorsFile.bytes(of: .builtIn)
        try folder.write(Array(file.prefix(1000)), to: "short.safetensors")
        try folder.write(SafeTensorsFile.bytes(of: .builtIn, without: "conv5_1"), to: "shallow.safetensors")
        try folder.makeFolder("in")
        let before = try folder.names
        func expectFailure(_ source: String, _ code: Int32, _ error: String, hint: String) throws {
            try Command.expectFailure(["model", "import", source, "out.bin"], in: folder, code, error, hint: hint)
        }
        try expectFailure(
            "none.safetensors", 66, "none.safetensors does not exist", hint: "check the path and the folder you are in")
        try expectFailure("in", 66, "cannot read in: Is a directory", hint: "give a file you may read")
        let headerEnd = 8 + Int(file[0]) + 256 * Int(file[1])
        try expectFailure(
            "short.safetensors", 65, "short.safetensors is cut short: 1000 bytes of \(headerEnd)", hint: again)
        try expectFailure(
            "shallow.safetensors", 65, "shallow.safetensors lacks the tensor features.24.weight",
            hint: "only VGG16 and VGG19, with or without batch normalisation, can be used")
        #expect(try folder.names == before)
    }

    @Test func `weights are not written where there is no folder`() throws {
        try folder.write(SafeTensorsFile.bytes(of: .builtIn), to: "w.safetensors")
        try folder.makeFolder("in")
        let hint = "choose a folder you can write to, with room on its disk"
        for (path, reason) in [
            ("none/out.bin", "the folder none does not exist"), ("in", "there is a folder of that name"),
            ("/dev/null", "Not a regular file"),
        ] {
            try Command.expectFailure(
                ["model", "import", "w.safetensors", path], in: folder, 73, "cannot write \(path): \(reason)",
                hint: hint)
        }
        #expect(try folder.names == ["w.safetensors", "in"])
    }
}

extension [UInt8] {
    fileprivate func replacing(at offset: Int, with bytes: [UInt8]) -> [UInt8] {
        self[..<offset] + bytes + self[(offset + bytes.count)...]
    }

    /// These bytes with a checksum (FNV-1a, 64 bits) that holds, so that what was changed in them is seen.
    fileprivate var stamped: [UInt8] {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in dropLast(8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return dropLast(8) + (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
    }
}
