internal import ArgumentParser
internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging

/// Machine-readable output on stdout: pictures, summaries and lists. A failed write is an error.
enum StandardOutput {
    /// Writes `bytes`. Throws `FileError.cannotWrite`, as for a broken pipe or a full disk.
    static func write(_ bytes: some Sequence<UInt8>) throws {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
            throw FileError.cannotWrite(path: "standard output", reason: "\(error)")
        }
    }

    /// Writes `line` and a newline. What a terminal could take for a command is escaped.
    static func write(line: String) throws { try write((line.escapingControlsInLines + "\n").utf8) }
}

/// The one picture that may come from standard input, where an option names `-` in place of a file.
enum StandardInput {
    /// Its argument on the command line, and its name in messages.
    static let argument: FilePath = "-", name: FilePath = "standard input"

    /// Throws where more than one of these options reads it.
    static func check(_ files: [(option: String, path: FilePath?)]) throws {
        let piped = files.filter { $0.path == argument }
        guard piped.count <= 1 else {
            throw ValidationError("--\(piped[0].option) and --\(piped[1].option) cannot both read standard input")
        }
    }
}

extension Picture {
    /// Reads the picture that an option names: the file at a path, or standard input for `-`.
    static func read(argument: FilePath, maxPixels: Int) throws(ImageError) -> Picture {
        guard argument == StandardInput.argument else { return try read(argument, maxPixels: maxPixels) }
        let name = StandardInput.name
        return try Picture(
            decoding: PictureFile.read(name, from: .standardInput, maxPixels: maxPixels), path: name,
            maxPixels: maxPixels)
    }
}

/// JSON on a single line, with sorted keys.
enum JSONLine {
    /// The line with its newline. What a terminal could take for a command is escaped, which JSON demands of some of it
    /// only.
    static func encoded(_ value: some Encodable) throws -> Data {
        let line = try NonFiniteJSON.encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value)
        return (line.allSatisfy { 0x20..<0x7F ~= $0 } ? line : escaped(line)) + [UInt8(ascii: "\n")]
    }

    /// JSON holds such characters in texts alone.
    private static func escaped(_ line: Data) -> Data {
        Data(
            String(decoding: line, as: UTF8.self).unicodeScalars.map { scalar in
                scalar.isUnsafeToPrint ? "\\u" + String(format: "%04x", scalar.value) : "\(scalar)"
            }.joined().utf8)
    }

    /// Prints the line on stdout.
    static func print(_ value: some Encodable) throws { try StandardOutput.write(encoded(value)) }
}
