import Files
import Foundation
import TestSupport

@testable import harmonize

extension Reader {
    static let csvJobs = jobs("jobs-csv")

    static let jsonJobs = jobs("jobs-json")

    /// A file of options. What their values are is up to the command's parser, which is too slow to be asked each time.
    static let configuration = Reader(
        name: "configuration", limit: 2048, errors: [ConfigurationError.self, OptionValueError.self]
    ) { bytes in
        try onFile(bytes) { path in
            let file = try ConfigurationFile(reading: path)
            _ = (file.painting, try file.values(for: options))
        }
    }

    /// A file of jobs, and their names.
    private static func jobs(_ name: String) -> Reader {
        Reader(name: name, limit: 2048, errors: [JobsFileError.self, OptionValueError.self]) { bytes in
            try onFile(bytes) { path in
                _ = try batch.names(of: JobsFile(reading: path, options: options).rows)
            }
        }
    }

    private static let options = Harmonize.longOptions

    private static let batch = BatchJobs(
        common: [], try! ConfigurationOptions.parse([]), output: ".", source: ".", threads: nil)

    /// Calls `body` with the path of a file that holds the bytes, and words the error that it throws.
    private static func onFile(_ bytes: [UInt8], _ body: (FilePath) throws -> Void) throws {
        // Tests read several at a time.
        let path = folder.path(UUID().uuidString)
        defer { unlink(path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            try body(FilePath(path))
        } catch {
            _ = ErrorReport(error).text
            throw error
        }
    }

    private static let folder = try! TemporaryFolder()
}
