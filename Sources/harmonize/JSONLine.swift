internal import Foundation
internal import Harmonization

/// A value as a line of JSON, its keys in the order of the alphabet.
enum JSONLine {
    /// The line with its end.
    static func encoded(_ value: some Encodable) throws -> Data {
        try NonFiniteJSON.encoder([.sortedKeys, .withoutEscapingSlashes]).encode(value) + [UInt8(ascii: "\n")]
    }

    /// Prints the line on stdout.
    static func print(_ value: some Encodable) throws { try StandardOutput.write(encoded(value)) }
}
