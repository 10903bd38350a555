extension String {
    /// The text with control characters, which paths may hold, escaped: it stays one line.
    var escapingControls: String {
        unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : "\($0)" }.joined()
    }
}
