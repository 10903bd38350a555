package import Files
package import Foundation

/// A folder that goes with the last reference to it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("harmonize-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The same as a `FilePath`, where only that fits.
    @_disfavoredOverload package func path(_ name: String) -> FilePath { FilePath(path(name)) }

    /// Everything in the folder and the folders in it, hidden files too.
    package var names: Set<String> {
        get throws { Set(try FileManager.default.subpathsOfDirectory(atPath: url.path)) }
    }

    package func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
    }

    package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    /// The same with the path as a `FilePath`, where only that fits.
    @_disfavoredOverload package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> FilePath {
        FilePath(try write(bytes, to: name))
    }

    /// A new empty file, open for writing.
    package func newFile(_ name: String) throws -> FileHandle {
        try write([], to: name)
        return try FileHandle(forWritingTo: url.appendingPathComponent(name))
    }

    package func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
    }
}
