internal import Foundation
internal import Imaging

/// The folder that a job's results go to.
struct JobFolder {
    let path: String

    init(_ name: String, in folder: String) { path = (folder as NSString).appendingPathComponent(name) }

    /// Makes the folder where it is missing.
    func make() throws {
        try path.makeFolder()
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { name.hasPrefix("/") ? name : (path as NSString).appendingPathComponent(name) }

    /// A path as seen from the folder, where it is in it.
    func relative(_ file: String) -> String {
        file.hasPrefix(path + "/") ? String(file.dropFirst(path.count + 1)) : file
    }

    /// Whether these files are there, and there are any.
    func hasAll(_ files: [String]) -> Bool {
        !files.isEmpty && files.allSatisfy { FileManager.default.fileExists(atPath: file($0)) }
    }

    /// Waits until these files are on the disk: what is recorded as done is there after a power cut.
    func synchronize(_ files: [String]) {
        for name in files + ["."] {
            let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            fsync(descriptor)
            close(descriptor)
        }
    }
}
