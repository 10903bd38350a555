internal import Foundation

/// A value as a line of JSON, its keys in the order of the alphabet.
enum JSONLine {
    /// The line with its end.
    static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(value) + [UInt8(ascii: "\n")]
    }

    /// Prints the line on stdout.
    static func print(_ value: some Encodable) throws { try StandardOutput.write(encoded(value)) }
}
