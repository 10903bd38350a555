extension String {
    /// The fewest characters to insert, delete or replace that turn this string into `other` (Levenshtein).
    ///
    /// O(n·m) for lengths n and m.
    package func editDistance(to other: String) -> Int {
        let other = Array(other)
        // distances[j]: from the characters seen so far to the first j of `other`.
        var distances = Array(0...other.count)
        for (i, character) in enumerated() {
            var diagonal = distances[0]
            distances[0] = i + 1
            for j in other.indices {
                let replaced = diagonal + (character == other[j] ? 0 : 1)
                diagonal = distances[j + 1]
                distances[j + 1] = Swift.min(replaced, diagonal + 1, distances[j] + 1)
            }
        }
        return distances[other.count]
    }

    /// The nearest of `names` by ``editDistance(to:)``, the first in the alphabet among equals; nil where even that
    /// shares less than half its characters with this one.
    package func nearest(of names: some Sequence<String>) -> String? {
        let count = count, farthest = max(2, count / 2)
        // Lengths that differ by more tell it all, and a name from a file may be of any length.
        let ranked = names.filter { abs($0.count - count) <= farthest }
            .map { (distance: editDistance(to: $0), name: $0) }.min { $0 < $1 }
        return ranked.flatMap { $0.distance <= farthest ? $0.name : nil }
    }
}
