import Compute
import Files
import TestSupport
import Testing

@Suite struct ControlGroupTests {
    private let folder: TemporaryFolder
    private let root: FilePath

    init() throws {
        folder = try TemporaryFolder()
        root = FilePath(folder.url.path)
    }

    private func write(_ files: [String: String]) throws {
        for (name, text) in files {
            try root.appending(FilePath(name).components).folder.makeFolder()
            try folder.write((text + "\n").utf8, to: name)
        }
    }

    @Test func `a group of version 2 and those above it are limits`() throws {
        let group = ControlGroup(membership: "0::/batch/job\n", root: root)
        #expect(group.memoryRoom == .max && group.processors == nil)
        try write([
            "batch/job/memory.max": "1000", "batch/job/memory.current": "300",
            "batch/job/memory.stat": "file 80\ninactive_file 50", "batch/job/cpu.max": "max 100000",
        ])
        #expect(group.memoryRoom == 750 && group.processors == nil)
        try write(["batch/memory.max": "max", "batch/memory.current": "900", "batch/cpu.max": "150000 100000"])
        #expect(group.memoryRoom == 750 && group.processors == 1.5)
        try write(["batch/memory.high": "1100"])
        #expect(group.memoryRoom == 200)
    }

    @Test func `so is one of version 1`() throws {
        let group = ControlGroup(membership: "7:cpu,cpuacct:/job\n4:memory:/job\n1:name=systemd:/\n", root: root)
        try write([
            "memory/job/memory.limit_in_bytes": "5000", "memory/job/memory.usage_in_bytes": "4000",
            "memory/job/memory.stat": "inactive_file 1\ntotal_inactive_file 500",
            "memory/memory.limit_in_bytes": "9223372036854771712", "memory/memory.usage_in_bytes": "70000",
            "cpu/job/cpu.cfs_quota_us": "250000", "cpu/job/cpu.cfs_period_us": "100000",
            "cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000",
        ])
        #expect(group.memoryRoom == 1500 && group.processors == 2.5)
    }

    @Test func `in a container the group is what is mounted as the root`() throws {
        try write(["memory.max": "64", "memory.current": "60", "cpu.max": "50000 100000"])
        let group = ControlGroup(membership: "0::/docker/0123\n", root: root)
        #expect(group.memoryRoom == 4 && group.processors == 0.5)
    }

    @Test(
        "a share of the processors' time keeps as many cores busy",
        arguments: [(nil, 8), (0.5, 1), (1.5, 2), (3, 3), (64, 8), (1e300, 8)] as [(Double?, Int)])
    func cores(share: Double?, count: Int) { #expect(Parallel.cores(of: 8, share) == count) }
}
