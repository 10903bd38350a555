internal import Foundation

/// Figures as text. A loss that is not finite is a string, as in `--trace`.
enum JSON {
    static func encode(_ figures: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.sortedKeys, .prettyPrinted] : .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(figures), as: UTF8.self)
    }

    /// One line on stdout.
    static func print(_ figures: some Encodable) throws { Swift.print(try encode(figures)) }

    static func decode<Figures: Decodable>(_ data: Data) throws -> Figures {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(Figures.self, from: data)
    }
}
