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

    /// The nearest of `names` by ``editDistance(to:)``, the alphabetically first among equals; nil if its distance
    /// exceeds max(2, n/2), where n is the length of this string.
    package func nearest(of names: some Sequence<String>) -> String? {
        let count = count, farthest = max(2, count / 2)
        // The distance is at least the difference in length: O(n·m) is not spent on long names from files.
        let ranked = names.filter { abs($0.count - count) <= farthest }
            .map { (distance: editDistance(to: $0), name: $0) }.min { $0 < $1 }
        return ranked.flatMap { $0.distance <= farthest ? $0.name : nil }
    }
}
