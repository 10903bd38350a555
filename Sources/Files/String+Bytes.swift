// Strings that hold bytes which are not UTF-8.
//
// Such a byte b is stored as the code point U+10DC00 + b of a private-use plane. (PEP 383 uses the lone surrogates
// U+DC00 + b, which Swift's strings cannot hold.) Real characters of U+10DC80…U+10DCFF are stored as such bytes, too:
// the mapping is lossless.

extension String {
    /// The text of any bytes; ``bytesWithEscapes`` is the inverse.
    package init(escaping bytes: [UInt8]) {
        self = ""
        var rest = bytes[...]
        while let byte = rest.first {
            var decoder = UTF8(), iterator = rest.makeIterator()
            if case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.escapedByte == nil {
                unicodeScalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                // Skips one byte only: a valid character may begin at the next.
                if let escape = Unicode.Scalar(Unicode.Scalar.escapes + UInt32(byte)) { unicodeScalars.append(escape) }
                rest = rest.dropFirst()
            }
        }
    }

    /// The bytes of the text: its UTF-8, with escaped bytes restored.
    package var bytesWithEscapes: [UInt8] {
        unicodeScalars.flatMap { scalar in scalar.escapedByte.map { [$0] } ?? Array(UTF8.encode(scalar) ?? .init()) }
    }

    /// The C string in `cBuffer`, up to the first zero; invalid UTF-8 becomes U+FFFD.
    package init(cBuffer: some Sequence<some BinaryInteger>) {
        self.init(decoding: cBuffer.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }

    /// The text for a message, on one line: control characters, which file names may hold, and bytes that are not UTF-8
    /// are escaped, as in `caf\xe9.png`.
    package var escapingControls: String {
        unicodeScalars.map { scalar in
            if let byte = scalar.escapedByte { return "\\x\(String(byte, radix: 16))" }
            return scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : "\(scalar)"
        }.joined()
    }
}

extension Unicode.Scalar {
    /// A byte b is stored as the code point `escapes` + b.
    fileprivate static let escapes: UInt32 = 0x10_DC00

    /// The byte that the code point stands for; nil for other code points.
    fileprivate var escapedByte: UInt8? {
        (Self.escapes + 0x80...Self.escapes + 0xFF).contains(value) ? UInt8(value - Self.escapes) : nil
    }
}
