/// Texts that hold bytes which are not UTF-8.
///
/// Each such byte b is the code point U+10DC00 + b of a private-use plane. (PEP 383 has lone surrogates U+DC00 + b,
/// which Swift's strings cannot hold.) Real characters of U+10DC80…U+10DCFF are taken for such bytes as well, so that
/// different bytes are always different texts.
extension String {
    /// The text of any bytes; ``bytesWithEscapes`` gives them back.
    package init(escaping bytes: [UInt8]) {
        self = ""
        var rest = bytes[...]
        while let byte = rest.first {
            var decoder = UTF8(), iterator = rest.makeIterator()
            if case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.escapedByte == nil {
                unicodeScalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                // No byte behind the first of what is no character begins one, but for those that are whole ones.
                if let escape = Unicode.Scalar(Unicode.Scalar.escapes + UInt32(byte)) { unicodeScalars.append(escape) }
                rest = rest.dropFirst()
            }
        }
    }

    /// The bytes of the text: its UTF-8, but for escaped bytes, which are as they were.
    package var bytesWithEscapes: [UInt8] {
        unicodeScalars.flatMap { scalar in scalar.escapedByte.map { [$0] } ?? Array(UTF8.encode(scalar) ?? .init()) }
    }

    /// The text that a C function left in a buffer, up to its first NUL.
    package init(cBuffer: some Sequence<some BinaryInteger>) {
        self.init(decoding: cBuffer.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }

    /// The text for people, on one line: control characters, which names of files may hold, and bytes that are not
    /// UTF-8 are escaped, as in `caf\xe9.png`.
    package var escapingControls: String {
        unicodeScalars.map { scalar in
            if let byte = scalar.escapedByte { return "\\x\(String(byte, radix: 16))" }
            return scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : "\(scalar)"
        }.joined()
    }
}

extension Unicode.Scalar {
    /// The code point that stands for byte b is this plus b.
    fileprivate static let escapes: UInt32 = 0x10_DC00

    /// The byte that the code point stands for, which is none of ASCII; nil for all other code points.
    fileprivate var escapedByte: UInt8? {
        (Self.escapes + 0x80...Self.escapes + 0xFF).contains(value) ? UInt8(value - Self.escapes) : nil
    }
}
