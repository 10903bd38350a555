internal import Foundation
internal import Harmonization
internal import Tensors

extension Collection where Element == Double {
    /// The middle value, or the mean of the two middle ones; NaN for no values.
    var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// The memory of this process in bytes.
enum Memory {
    #if os(Linux)
        // Not getrusage: its peak survives exec, so a child of a large process would show its parent's.
        static var peak: Int { status("VmHWM") }
        static var resident: Int { status("VmRSS") }

        private static func status(_ key: String) -> Int {
            let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
    #else
        static var peak: Int {
            var usage = rusage()
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        }
        static var resident: Int { peak }
    #endif

    /// Returns pooled and freed memory to the system, so that `resident` is the memory in use.
    static func trim() {
        MemoryPool.shared.drain()
        #if os(Linux)
            // glibc's malloc_trim, which Swift's Glibc module does not export.
            typealias Trim = @convention(c) (Int) -> Int32
            if let symbol = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(symbol, to: Trim.self)(0) }
        #endif
    }
}

/// Figures as JSON. A number that is not finite is a string, as in `--trace`.
enum JSON {
    static func encode(_ figures: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = NonFiniteJSON.encoder(pretty ? [.sortedKeys, .prettyPrinted] : .sortedKeys)
        return String(decoding: try encoder.encode(figures), as: UTF8.self)
    }

    /// One line on stdout.
    static func print(_ figures: some Encodable) throws { Swift.print(try encode(figures)) }

    static func decode<Figures: Decodable>(_ data: Data) throws -> Figures {
        try NonFiniteJSON.decoder.decode(Figures.self, from: data)
    }
}
