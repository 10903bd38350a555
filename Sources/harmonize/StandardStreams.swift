internal import Foundation
internal import Harmonization
internal import Imaging

/// Machine-readable output on stdout: pictures, summaries and lists. A failed write is an error.
enum StandardOutput {
    /// Writes `data`. Throws `ImageError.cannotWrite`, as for a broken pipe or a full disk.
    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code
            let reason = code.map { String(cString: strerror(CInt($0))) } ?? error.localizedDescription
            throw ImageError.cannotWrite(path: "standard output", reason: reason)
        }
    }

    /// Writes `line` and a newline.
    static func write(line: String) throws { try write(Data((line + "\n").utf8)) }
}

/// The one picture that may come from standard input, where an option names `-` in place of a file.
enum StandardInput {
    /// Its argument on the command line, and its name in messages.
    static let argument = "-", name = "standard input"
}

extension Picture {
    /// Reads the picture that an option names: the file at a path, or standard input for `-`.
    static func read(argument: String, maxPixels: Int) throws(ImageError) -> Picture {
        guard argument == StandardInput.argument else { return try read(argument, maxPixels: maxPixels) }
        let name = StandardInput.name
        return try Picture(
            decoding: FileContents.readStandardInput(as: name, maxPixels: maxPixels), path: name, maxPixels: maxPixels)
    }
}

/// JSON on a single line, with sorted keys.
enum JSONLine {
    /// The line with its newline.
    static func encoded(_ value: some Encodable) throws -> Data {
        try NonFiniteJSON.encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value) + [UInt8(ascii: "\n")]
    }

    /// Prints the line on stdout.
    static func print(_ value: some Encodable) throws { try StandardOutput.write(encoded(value)) }
}
