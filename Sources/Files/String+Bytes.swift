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

    /// The text for a message, on one line: control characters, which file names may hold, those that change the
    /// direction of writing, and bytes that are not UTF-8 are escaped, as in `caf\xe9.png`.
    package var escapingControls: String { escaping { _ in false } }

    /// The same for text of several lines.
    package var escapingControlsInLines: String { escaping { $0 == "\n" || $0 == "\t" } }

    private func escaping(but isKept: (Unicode.Scalar) -> Bool) -> String {
        // Most texts have nothing to escape.
        if utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return self }
        return unicodeScalars.map { scalar in
            if let byte = scalar.escapedByte { return "\\x\(String(byte, radix: 16))" }
            return scalar.isUnsafeToPrint && !isKept(scalar) ? scalar.escaped(asASCII: true) : "\(scalar)"
        }.joined()
    }

    /// The text with bytes that are not UTF-8 read as Windows-1252, the encoding of what older Windows programs save.
    package var readAsWindows1252: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard let byte = scalar.escapedByte else {
                text.append(scalar)
                continue
            }
            text.append(byte < 0xA0 ? Self.windows1252[Int(byte) - 0x80] : Unicode.Scalar(byte))
        }
        return String(text)
    }

    /// The characters 0x80 to 0x9F of Windows-1252; U+FFFD for the five that are none.
    private static let windows1252 = Array(
        "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)
}

extension Unicode.Scalar {
    /// A byte b is stored as the code point `escapes` + b.
    fileprivate static let escapes: UInt32 = 0x10_DC00

    /// Whether a terminal could take the character for a command, or it changes the order or the lines of what is
    /// shown.
    package var isUnsafeToPrint: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: properties.isBidiControl
        }
    }

    /// The byte that the code point stands for; nil for other code points.
    fileprivate var escapedByte: UInt8? {
        (Self.escapes + 0x80...Self.escapes + 0xFF).contains(value) ? UInt8(value - Self.escapes) : nil
    }
}
