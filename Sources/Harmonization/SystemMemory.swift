internal import Compute
internal import Files
internal import Foundation

/// The machine's memory.
package enum SystemMemory {
    /// The bytes that this process can use in total: its resident memory plus free and reclaimable memory.
    ///
    /// On Linux, the minimum of the kernel's estimate, the room in the process's control groups and in its limits of
    /// addresses and data; elsewhere, or where the system does not report it, the machine's memory.
    package static var available: Int {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard let free = value(of: "MemAvailable:", in: "/proc/meminfo") else { return machine }
        return min(machine, used + min(free, ControlGroup.own.memoryRoom, addressRoom, dataRoom))
    }

    /// The resident memory of this process and its peak, in bytes; 0 where the system does not report them.
    package static var used: Int { value(of: "VmRSS:", in: "/proc/self/status") ?? 0 }
    package static var peak: Int { value(of: "VmHWM:", in: "/proc/self/status") ?? 0 }

    /// A count of bytes with its unit, "980 MB" or "1.2 GB".
    package static func formatted(_ count: Int) -> String {
        count < 1_000_000_000
            ? String(format: "%.0f MB", Double(count) / 1e6) : String(format: "%.1f GB", Double(count) / 1e9)
    }

    /// The bytes left by the address-space limit (`ulimit -v`), which batch systems set, but for the addresses that
    /// malloc reserves for each thread.
    private static var addressRoom: Int { room(RLIMIT_AS, "VmSize:", but: (64 << 20) * Parallel.cores) }

    /// The bytes left by the limit of data (`ulimit -d`), but for the threads' stacks and what their malloc keeps.
    private static var dataRoom: Int { room(RLIMIT_DATA, "VmData:", but: (4 << 20) * Parallel.cores) }

    #if canImport(Darwin)
        private static func room(_ resource: Int32, _ key: String, but reserved: Int) -> Int { .max }
    #else
        /// The bytes between a limit and what the process has of it, less `reserved`.
        private static func room(_ resource: __rlimit_resource, _ key: String, but reserved: Int) -> Int {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur != .max,
                let taken = value(of: key, in: "/proc/self/status")
            else { return .max }
            return max(0, Int(clamping: limit.rlim_cur) - taken - reserved)
        }
    #endif

    /// The number after `key` at the start of a line of a file, in KiB, as bytes.
    private static func value(of key: String, in path: FilePath) -> Int? {
        for line in text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count > 1, words[0] == key { return Int(words[1]).map { $0 * 1024 } }
        }
        return nil
    }

    private static func text(_ path: FilePath) -> String? {
        (try? FileContents.read(path, limit: 1 << 20)).map { String(escaping: $0) }
    }
}
