internal import Foundation
internal import Harmonization

extension Collection where Element == Double {
    /// The middle value, or the mean of the two middle ones; NaN for no values.
    var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// Figures as JSON. A number that is not finite is a string, as in `--trace`.
enum JSON {
    static func encode(_ figures: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = NonFiniteJSON.encoder(pretty ? [.sortedKeys, .prettyPrinted] : .sortedKeys)
        return String(decoding: try encoder.encode(figures), as: UTF8.self)
    }

    /// One line on stdout.
    static func print(_ figures: some Encodable) throws { Swift.print(try encode(figures)) }

    static func decode<Figures: Decodable>(_ data: Data) throws -> Figures {
        try NonFiniteJSON.decoder.decode(Figures.self, from: data)
    }
}
