internal import Foundation

/// Numbers as the spreadsheets of other countries write them: `0,5`, `1.234,5`, `1 234`, `1'234.5`, `−3`.
package enum NumberSpelling {
    /// How a number, or a list of them, might be spelled with a point for its decimals and no other separators, the
    /// likeliest first. None for other texts.
    package static func others(of text: String) -> [String] {
        let plain = String(
            String.UnicodeScalarView(
                text.unicodeScalars.compactMap { scalar in
                    switch scalar {
                    case "\u{2212}": "-"
                    case "'", "\u{2019}": nil
                    default: scalar.properties.isWhitespace ? nil : scalar
                    }
                }))
        guard plain.contains(where: \.isNumber), plain.allSatisfy({ "0123456789+-.,;eE".contains($0) }) else {
            return []
        }
        // A list with semicolons has decimal commas.
        let items = plain.split(separator: ";", omittingEmptySubsequences: false)
        var spellings = [plain, items.map { pointed($0) ?? String($0) }.joined(separator: ",")]
        spellings += [pointed(plain[...]), ungrouped(plain)].compactMap { $0 }
        spellings += spellings.map { $0.replacing(/\.0+(?![0-9])/, with: "") }
        var seen: Set = [text]
        return spellings.filter { seen.insert($0).inserted }
    }

    /// A number with a decimal comma, its thousands perhaps in groups behind points; nil for others.
    private static func pointed(_ number: Substring) -> String? {
        guard number.wholeMatch(of: /[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]*)(?:,[0-9]+(?:[eE][+-]?[0-9]+)?)?/) != nil
        else { return nil }
        return String(number.replacing(".", with: "").replacing(",", with: "."))
    }

    /// A number with its thousands in groups behind commas.
    private static func ungrouped(_ number: String) -> String? {
        guard number.wholeMatch(of: /[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?/) != nil else { return nil }
        return number.replacing(",", with: "")
    }
}
