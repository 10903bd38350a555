import Files
import Foundation
import TestSupport
import Testing

@Suite struct LockedFileTests {
    private let folder: TemporaryFolder
    private let path: FilePath

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("file")
    }

    @Test func `one at a time has a file`() throws {
        let path = path
        let file = try LockedFile(path, .immediate)
        #expect(throws: FileError.busy(path: path)) { try LockedFile(path, .immediate) }
        try withExtendedLifetime(file) { try file.append([1]) }
        #expect(try LockedFile(folder.path("other"), .immediate).size == 0)
    }

    @Test func `it is free again once no one has it`() throws {
        do { _ = try LockedFile(path, .immediate) }
        #expect(try LockedFile(path, .immediate).path == path)
    }

    @Test func `a file that was removed while others waited is not the one they get`() async throws {
        let path = path
        var first: LockedFile? = try LockedFile(path, .immediate)
        let second = Task.detached { try LockedFile(path, .waiting) }
        // Time enough to open the old file and wait; the outcome is the same where it comes later.
        try await Task.sleep(for: .milliseconds(100))
        path.removeFile()
        withExtendedLifetime(first) {}
        first = nil
        let file = try await second.value
        #expect(throws: FileError.busy(path: path)) { try LockedFile(path, .immediate) }
        try file.append([7])
        #expect(try folder.bytes("file") == [7])
    }

    @Test func `what is appended is read again`() throws {
        let file = try LockedFile(path, .immediate)
        #expect(try !file.endsInsideLine())
        try file.append(Data("one".utf8))
        #expect(try file.endsInsideLine())
        try file.append(Data("\ntwo\n".utf8))
        #expect(try !file.endsInsideLine())
        #expect(try file.contents() == Data("one\ntwo\n".utf8))
        #expect(try file.contents(from: 4, count: 3) == Data("two".utf8))
        #expect(try file.contents(from: 9).isEmpty)
        try file.resize(to: 5)
        try file.append(Data("!".utf8))
        #expect(try folder.text("file") == "one\nt!")
    }

    @Test func `a folder cannot be locked for writing`() throws {
        let path: FilePath = folder.path("")
        #expect(throws: FileError.cannotWrite(path: path, reason: "Is a directory")) {
            try LockedFile(path, .immediate)
        }
    }
}
