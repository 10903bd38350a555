import Testing
import harmonize

@Suite struct ShardTests {
    @Test(arguments: [1, 2, 4, 5, 13])
    func `the shards have each row once`(count: Int) {
        for row in 1...12 {
            #expect((1...count).filter { Shard(index: $0, count: count).contains(row: row) }.count == 1)
        }
        let sizes = (1...count).map { index in
            (1...12).filter { Shard(index: index, count: count).contains(row: $0) }.count
        }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test func `they are written I/N`() {
        #expect(Shard(argument: "3/4") == Shard(index: 3, count: 4))
        #expect(["0/4", "5/4", "1", "1/0", "-1/2", "a/b", "1/2/3", ""].allSatisfy { Shard(argument: $0) == nil })
    }

    /// What Slurm tells the tasks of an array.
    private func shard(_ id: Int, of ids: [Int], step: Int? = nil) throws -> Shard? {
        var environment = [
            "SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_COUNT": ids.count, "SLURM_ARRAY_TASK_MIN": ids[0],
            "SLURM_ARRAY_TASK_MAX": ids[ids.count - 1],
        ]
        environment["SLURM_ARRAY_TASK_STEP"] = step
        return try Shard(slurm: environment.mapValues(\.description))
    }

    @Test(
        "an array's tasks are its shards", arguments: [([0, 1, 2, 3], 1), ([1, 2, 3], 1), ([7], 1), ([5, 8, 11], 3)])
    func tasks(ids: [Int], step: Int) throws {
        #expect(
            try ids.map { try shard($0, of: ids, step: step) }
                == ids.indices.map { Shard(index: $0 + 1, count: ids.count) })
    }

    @Test func `uneven arrays are refused, and what is no array is none`() throws {
        for id in [1, 5, 6] { #expect(throws: Shard.UnevenArray.self) { try shard(id, of: [1, 5, 6], step: 1) } }
        #expect(throws: Shard.UnevenArray.self) { try shard(3, of: [1, 2, 3], step: 2) }
        #expect(try Shard(slurm: [:]) == nil)
        #expect(try Shard(slurm: ["SLURM_ARRAY_TASK_ID": "3"]) == nil)
    }
}
