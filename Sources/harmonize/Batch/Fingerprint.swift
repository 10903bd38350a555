internal import Fetching
internal import Files
internal import Foundation
internal import NeuralNet
internal import Synchronization

/// A SHA-256 of everything that a job's results depend on, in 64 hexadecimal digits: its options and the contents of
/// its input files, not their paths.
final class Fingerprint: Sendable {
    /// Options that do not affect the results.
    private static let indifferent: Set = [
        "threads", "max-memory", "max-pixels", "preview-every", "checkpoint", "checkpoint-every", "quiet", "config",
        "output",
    ]

    private struct File: Hashable {
        let path: FilePath
        let size: Int64?
        let seconds, nanoseconds: Int?
    }

    /// A cache of file hashes: many jobs share a painting.
    private let hashes = Mutex<[File: String]>([:])

    /// The fingerprint of `job`. Throws `FileError` for a file that cannot be read.
    func of(_ job: BatchJob) throws -> String {
        var parts: [String: String] = [:]
        // Output paths are taken relative to the job's folder.
        for argument in job.arguments.map({ $0.replacing("=\(job.folder.argument)/", with: "=") }) {
            var name = argument.dropFirst(2).prefix { $0 != "=" }
            if name.hasPrefix("no-") { name = name.dropFirst(3) }
            // Of several values for an option, the last wins.
            parts[String(name)] = argument
        }
        for name in Self.indifferent { parts[name] = nil }
        for input in job.inputs { parts[input.option] = "--\(input.option) \(try hash(input.path))" }
        return Self.hash(Data(parts.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n").utf8))
    }

    private func hash(_ path: FilePath) throws -> String {
        let status = try? path.stat(), modified = status?.st_mtim
        let file = File(path: path, size: status?.size, seconds: modified?.tv_sec, nanoseconds: modified?.tv_nsec)
        if let known = hashes.withLock({ $0[file] }) { return known }
        let hash = Self.hash(try FileContents.map(path))
        hashes.withLock { $0[file] = hash }
        return hash
    }

    private static func hash(_ bytes: Data) -> String { bytes.withUnsafeBytes { SHA256.hexadecimal($0) } }
}
