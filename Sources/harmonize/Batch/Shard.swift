internal import ArgumentParser

/// One of `count` parts of the jobs, for one of several processes: row `index` and every `count`-th row after it.
package struct Shard: Equatable {
    /// From 1 to `count`.
    package let index, count: Int

    package static let whole = Shard(index: 1, count: 1)

    package init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// From `I/N`, 1 ≤ I ≤ N.
    package init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, 1...count ~= index else {
            return nil
        }
        self.init(index: index, count: count)
    }

    /// Whether a row, counted from 1, belongs to it.
    package func contains(row: Int) -> Bool { (row - 1) % count == index - 1 }
}

extension Shard: ExpressibleByArgument {}

extension Shard: CustomStringConvertible {
    package var description: String { "\(index)/\(count)" }
}

extension Shard {
    /// The shard of a task in a Slurm array, whose ids may start anywhere and be any step apart; nil outside of arrays.
    ///
    /// Throws ``UnevenArray`` where the ids are not evenly spaced, as those of `--array=1,5,6`.
    package init?(slurm environment: [String: String]) throws {
        // `Int32` holds Slurm's numbers (at most four million tasks in an array); products of larger ones could
        // overflow.
        func number(_ name: String) -> Int? {
            environment["SLURM_ARRAY_TASK_\(name)"].flatMap { Int32($0) }.map { Int($0) }
        }
        guard let id = number("ID"), let count = number("COUNT") else { return nil }
        let first = number("MIN") ?? 0, step = max(1, number("STEP") ?? 1)
        let index = (id - first) / step + 1
        let last = number("MAX") ?? first + (count - 1) * step
        guard count >= 1, 1...count ~= index, (id - first) % step == 0, last == first + (count - 1) * step else {
            throw UnevenArray(id: id)
        }
        self.init(index: index, count: count)
    }

    /// A Slurm array whose task ids are not evenly spaced.
    package struct UnevenArray: Reportable {
        package let id: Int

        var report: ErrorReport {
            ErrorReport(
                "the ids of this Slurm array do not tell which part task \(id) is",
                hint: "give --shard I/N, or ids that are evenly spaced: --array=0-3", .usage)
        }
    }
}
