internal import Files
internal import Foundation
internal import Imaging

/// The folder of a job's results.
struct JobFolder {
    let path: String

    init(_ name: String, in folder: String) { path = (folder as NSString).appendingPathComponent(name) }

    /// Creates the folder if missing.
    func make() throws {
        try path.makeFolder()
    }

    /// The path of a file in the folder; an absolute path is kept.
    func file(_ name: String) -> String { name.hasPrefix("/") ? name : (path as NSString).appendingPathComponent(name) }

    /// The path relative to the folder, if it lies in it.
    func relative(_ file: String) -> String {
        file.hasPrefix(path + "/") ? String(file.dropFirst(path.count + 1)) : file
    }

    /// Whether all these files exist; false for none.
    func hasAll(_ files: [String]) -> Bool {
        !files.isEmpty && files.allSatisfy { FileManager.default.fileExists(atPath: file($0)) }
    }

    /// Flushes the files and the folder to disk (`fsync`): a job recorded as done survives a power cut.
    func synchronize(_ files: [String]) {
        for name in files + ["."] {
            let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            fsync(descriptor)
            close(descriptor)
        }
    }
}
