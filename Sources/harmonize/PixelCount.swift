internal import ArgumentParser

/// A number of pixels, as people give it.
struct PixelCount: ExpressibleByArgument {
    let value: Int

    /// From a whole number, or a number of millions with `M` or `MP` behind it: `400000000`, `400M`, `0.5 MP`.
    init?(argument: String) {
        if let value = Int(argument) {
            self.value = value
            return
        }
        let match = argument.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?) ?[mM][pP]?/)
        // Beyond what a picture could have, 2⁶², the conversion would trap.
        guard let millions = match.flatMap({ Double($0.1) }), millions * 1e6 < 0x1p62 else { return nil }
        value = Int((millions * 1e6).rounded())
    }
}
