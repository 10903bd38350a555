package import Foundation

/// JSON coders that represent non-finite numbers, which JSON lacks, by the strings "inf", "-inf" and "nan".
package enum NonFiniteJSON {
    private static let inf = "inf", minusInf = "-inf", nan = "nan"

    /// An encoder with the given layout.
    package static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: inf, negativeInfinity: minusInf, nan: nan)
        return encoder
    }

    /// A decoder.
    package static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: inf, negativeInfinity: minusInf, nan: nan)
        return decoder
    }
}
