import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileContentsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `files are read and mapped whole`() throws {
        let bytes = (0..<200_000).map { UInt8($0 & 0xFF) }
        try folder.write(bytes, to: "a")
        #expect(try FileContents.read(folder.path("a"), limit: 200_000) == bytes)
        #expect(try FileContents.read(folder.path("a"), offset: 100_000) == Array(bytes[100_000...]))
        #expect(try FileContents.read(folder.path("a"), offset: 1 << 20) == [])
        #expect(try FileContents.map(folder.path("a")) == Data(bytes))
        try folder.write([], to: "empty")
        #expect(try FileContents.read(folder.path("empty"), limit: 0) == [])
        #expect(try FileContents.map(folder.path("empty")) == Data())
    }

    @Test func `more than the limit is not read`() throws {
        try folder.write([1, 2, 3], to: "a")
        #expect(try FileContents.read(folder.path("a"), limit: 2) == nil)
        #expect(try FileContents.read("/dev/zero", limit: 1 << 20) == nil)
    }

    private static let readers: [@Sendable (FilePath) throws -> Void] = [
        { _ = try FileContents.read($0, limit: 9) }, { _ = try FileContents.map($0) },
    ]

    @Test("what cannot be read is told", arguments: readers)
    func namesWhatCannotBeRead(read: @Sendable (FilePath) throws -> Void) throws {
        try folder.write([1], to: "file")
        for missing: FilePath in [folder.path("none"), folder.path("file/none")] {
            #expect(throws: FileError.missing(path: missing)) { try read(missing) }
        }
        let path: FilePath = folder.path("")
        #expect(throws: FileError.unreadable(path: path, reason: "Is a directory")) { try read(path) }
    }

    @Test func `devices are not mapped`() {
        #expect(throws: FileError.unreadable(path: "/dev/null", reason: "Not a regular file")) {
            try FileContents.map("/dev/null")
        }
    }
}
