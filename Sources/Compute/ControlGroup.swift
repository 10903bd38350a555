package import Files
internal import Foundation

/// What the control groups of a process, by which containers and batch systems limit it, leave to it (cgroups(7),
/// versions 1 and 2).
package struct ControlGroup {
    /// The groups by controller, as in /proc/self/cgroup: `0::/job` in version 2, `4:cpu,cpuacct:/job` in version 1.
    private let membership: [(controllers: [Substring], path: FilePath)]
    /// The folder where the groups' file systems are mounted.
    private let root: FilePath

    /// The groups of this process.
    package static var own: ControlGroup { ControlGroup(membership: text("/proc/self/cgroup") ?? "") }

    package init(membership: String, root: FilePath = "/sys/fs/cgroup") {
        self.root = root
        self.membership = membership.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let path = FilePath(argument: String(parts[2])) else { return nil }
            return (parts[1].split(separator: ","), path)
        }
    }

    /// The bytes that the process may still take; `Int.max` without a limit.
    package var memoryRoom: Int {
        var room = Int.max
        // The page cache is reclaimed when memory gets short.
        for folder in folders(nil) {
            let cached = Self.value(of: "inactive_file", in: folder.appending("memory.stat")) ?? 0
            let taken = Self.number(folder.appending("memory.current"))
            // Above memory.high the system slows the process down to a crawl.
            for name in ["memory.max", "memory.high"] {
                guard let limit = Self.number(folder.appending(name)), let taken else { continue }
                room = min(room, max(0, limit - taken + cached))
            }
        }
        for folder in folders("memory") {
            guard let limit = Self.number(folder.appending("memory.limit_in_bytes")),
                let taken = Self.number(folder.appending("memory.usage_in_bytes"))
            else { continue }
            let cached = Self.value(of: "total_inactive_file", in: folder.appending("memory.stat")) ?? 0
            room = min(room, max(0, limit - taken + cached))
        }
        return room
    }

    /// The processors that the process may use at a time, in part perhaps; nil without a limit.
    package var processors: Double? {
        let second = folders(nil).compactMap { folder -> Double? in
            let words = Self.text(folder.appending("cpu.max"))?.split(whereSeparator: \.isWhitespace) ?? []
            guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]) else { return nil }
            return quota / period
        }
        let first = folders("cpu").compactMap { folder -> Double? in
            guard let quota = Self.number(folder.appending("cpu.cfs_quota_us")), quota > 0,
                let period = Self.number(folder.appending("cpu.cfs_period_us"))
            else { return nil }
            return Double(quota) / Double(period)
        }
        return (first + second).filter { $0.isFinite && $0 > 0 }.min()
    }

    /// The folders of the process's group and of all above it, which limit it as well; nil: those of version 2.
    ///
    /// In a container the path may be one that only the host has. What is mounted as the root is its group then.
    private func folders(_ controller: Substring?) -> [FilePath] {
        let group = membership.first { controller.map($0.controllers.contains) ?? $0.controllers.isEmpty }
        guard let group else { return [] }
        let base = controller.map { root.appending(String($0)) } ?? root
        var folder = base.appending(group.path.components), folders = [folder]
        while folder != base, folder.removeLastComponent() { folders.append(folder) }
        return folders
    }

    /// The number after `key` at the start of a line.
    private static func value(of key: String, in path: FilePath) -> Int? {
        for line in text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count > 1, words[0] == key { return Int(words[1]) }
        }
        return nil
    }

    private static func number(_ path: FilePath) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func text(_ path: FilePath) -> String? {
        (try? FileContents.read(path, limit: 1 << 20)).map { String(escaping: $0) }
    }
}
