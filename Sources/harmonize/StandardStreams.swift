internal import Foundation
internal import Harmonization
internal import Imaging

/// What programs read: pictures, summaries and lists. What cannot be written there is an error.
enum StandardOutput {
    /// Writes `data`. Throws `ImageError.cannotWrite` where nobody reads it any more, or the disk behind it is full.
    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code
            let reason = code.map { String(cString: strerror(CInt($0))) } ?? error.localizedDescription
            throw ImageError.cannotWrite(path: "standard output", reason: reason)
        }
    }

    /// Writes `line` and its end.
    static func write(line: String) throws { try write(Data((line + "\n").utf8)) }
}

/// The one picture that may come from standard input, where an option names `-` in place of a file.
enum StandardInput {
    /// What stands for it among arguments, and in messages.
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

/// A value as a line of JSON, its keys in the order of the alphabet.
enum JSONLine {
    /// The line with its end.
    static func encoded(_ value: some Encodable) throws -> Data {
        try NonFiniteJSON.encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value) + [UInt8(ascii: "\n")]
    }

    /// Prints the line on stdout.
    static func print(_ value: some Encodable) throws { try StandardOutput.write(encoded(value)) }
}
