/// Moves labels apart that would lie on one another.
package enum Spreading {
    /// The places nearest to `wanted`, in ascending order (by the sum of squares), that are `gap` apart and lie in `range`,
    /// where that has room for them all.
    package static func spread(_ wanted: [Double], apart gap: Double, in range: ClosedRange<Double>) -> [Double] {
        // Less `gap` for each one before them, they need only not fall: runs that do take their mean.
        var runs: [(sum: Double, count: Int)] = []
        for (index, place) in wanted.enumerated() {
            runs.append((place - Double(index) * gap, 1))
            while runs.count > 1, let last = runs.last,
                case let previous = runs[runs.count - 2],
                previous.sum / Double(previous.count) > last.sum / Double(last.count)
            {
                runs.removeLast(2)
                runs.append((previous.sum + last.sum, previous.count + last.count))
            }
        }
        let highest = max(range.lowerBound, range.upperBound - Double(wanted.count - 1) * gap)
        return runs.flatMap { run in
            Array(repeating: min(max(run.sum / Double(run.count), range.lowerBound), highest), count: run.count)
        }.enumerated().map { $1 + Double($0) * gap }
    }
}
