internal import Files
internal import Foundation

/// The machine's memory.
package enum SystemMemory {
    /// The bytes that this process can use in total: its resident memory plus free and reclaimable memory.
    ///
    /// On Linux, the minimum of the kernel's estimate, the room in the process's control groups and in its
    /// address-space limit; elsewhere, or where the system does not report it, the machine's memory.
    package static var available: Int {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard let free = value(of: "MemAvailable:", in: "/proc/meminfo") else { return machine }
        return min(machine, used + min(free, groupRoom, addressRoom))
    }

    /// The resident memory of this process and its peak, in bytes; 0 where the system does not report them.
    package static var used: Int { value(of: "VmRSS:", in: "/proc/self/status") ?? 0 }
    package static var peak: Int { value(of: "VmHWM:", in: "/proc/self/status") ?? 0 }

    /// A count of bytes with its unit, "980 MB" or "1.2 GB".
    package static func formatted(_ count: Int) -> String {
        count < 1_000_000_000
            ? String(format: "%.0f MB", Double(count) / 1e6) : String(format: "%.1f GB", Double(count) / 1e9)
    }

    /// The bytes left by the memory limits of this process's control group and its ancestors.
    private static var groupRoom: Int {
        guard let line = text("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return .max }
        let root: FilePath = "/sys/fs/cgroup"
        var folder = root.appending(FilePath(argument: String(line.dropFirst(3)))?.components ?? root.components)
        var room = Int.max
        while true {
            if let limit = number(folder.appending("memory.max")),
                let current = number(folder.appending("memory.current"))
            {
                // The page cache is reclaimed when memory gets short.
                let cached = value(of: "inactive_file", in: folder.appending("memory.stat"), unit: 1) ?? 0
                room = min(room, max(0, limit - current + cached))
            }
            guard folder != root, folder.removeLastComponent() else { return room }
        }
    }

    /// The address space that malloc reserves for each thread.
    private static let threadAddresses = 64 << 20

    /// The bytes left by the address-space limit (`ulimit -v`), which batch systems set.
    private static var addressRoom: Int {
        var limit = rlimit()
        #if canImport(Darwin)
            return .max
        #else
            guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != .max,
                let taken = value(of: "VmSize:", in: "/proc/self/status")
            else { return .max }
            let reserved = threadAddresses * ProcessInfo.processInfo.activeProcessorCount
            return max(0, Int(clamping: limit.rlim_cur) - taken - reserved)
        #endif
    }

    /// The number after `key` at the start of a line of a file, times `unit`.
    private static func value(of key: String, in path: FilePath, unit: Int = 1024) -> Int? {
        for line in text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count > 1, words[0] == key { return Int(words[1]).map { $0 * unit } }
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
