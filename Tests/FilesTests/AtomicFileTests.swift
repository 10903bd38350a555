import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func contents(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
    }

    private func expectFailure(_ reason: String, writingTo name: String) {
        let path: FilePath = folder.path(name)
        #expect(throws: FileError.cannotWrite(path: path, reason: reason)) { try AtomicFile.write([1], to: path) }
    }

    @Test func `a file is replaced whole and nothing else is left`() throws {
        try AtomicFile.write([1, 2, 3, 4], to: folder.path("a"))
        try AtomicFile.write([5], to: folder.path("a"))
        #expect(try contents("a") == [5])
        #expect(try folder.names == ["a"])
    }

    @Test func `an empty file can be written`() throws {
        try AtomicFile.write([], to: folder.path("a"))
        #expect(try contents("a") == [])
    }

    @Test func `a new file has the permissions of any new file`() throws {
        try AtomicFile.write([1], to: folder.path("a"))
        let mask = umask(0)
        umask(mask)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a"))
        #expect(attributes[.posixPermissions] as? Int == 0o666 & ~Int(mask))
    }

    @Test func `a name as long as names can be is written`() throws {
        let name = String(repeating: "n", count: 255)
        try AtomicFile.write([1], to: folder.path(name))
        #expect(try folder.names == [name])
    }

    @Test func `a folder in the way is an error and leaves nothing`() throws {
        try folder.makeFolder("sub")
        expectFailure("Is a directory", writingTo: "sub")
        #expect(try folder.names == ["sub"])
    }

    @Test func `a name that cannot be taken leaves no temporary file`() throws {
        // One byte more than a name can have: the temporary file is made, and taking the name fails.
        expectFailure("File name too long", writingTo: String(repeating: "n", count: 256))
        #expect(try folder.names == [])
    }

    @Test func `a name need not be UTF-8`() throws {
        let path = FilePath(folder.path("")).appending(try #require(FilePath(argument: "caf\u{10DCE9}")).components)
        try AtomicFile.write([1, 2], to: path)
        try AtomicFile.write([3], to: path)
        #expect(try FileContents.read(path, limit: 9) == [3])
        #expect(path.argument.bytesWithEscapes.suffix(4) == [0x63, 0x61, 0x66, 0xE9])
    }

    @Test func `a symbolic link stays, and the file it leads to is replaced`() throws {
        try AtomicFile.write([1], to: folder.path("file"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
        try AtomicFile.write([2], to: folder.path("link"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == "file")
        #expect(try contents("file") == [2])
    }

    @Test func `what a link leads to is made where it is not there`() throws {
        try folder.makeFolder("sub")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "sub/file")
        try AtomicFile.write([2], to: folder.path("link"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == "sub/file")
        #expect(try contents("sub/file") == [2])
        try FileManager.default.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: "loop")
        expectFailure("Too many levels of symbolic links", writingTo: "loop")
    }

    @Test("a file that is replaced keeps its permissions", arguments: [0o600, 0o664, 0o755, 0o640])
    func keepsPermissions(permissions: Int) throws {
        try AtomicFile.write([1], to: folder.path("a"))
        #expect(chmod(folder.path("a"), mode_t(permissions)) == 0)
        try AtomicFile.write([2], to: folder.path("a"))
        #expect(try contents("a") == [2])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a"))
        #expect(attributes[.posixPermissions] as? Int == permissions)
    }

    @Test("a file that root replaces stays its owner's", .enabled(if: getuid() == 0))
    func keepsOwner() throws {
        try AtomicFile.write([1], to: folder.path("a"))
        #expect(chown(folder.path("a"), 1234, 2345) == 0)
        try AtomicFile.write([2], to: folder.path("a"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a"))
        #expect(attributes[.ownerAccountID] as? Int == 1234 && attributes[.groupOwnerAccountID] as? Int == 2345)
    }

    @Test func `of two hard links the other one stays`() throws {
        try AtomicFile.write([1], to: folder.path("a"))
        #expect(link(folder.path("a"), folder.path("b")) == 0)
        #expect(!FilePath(folder.path("a")).isSamePlace(as: folder.path("b")))
        try AtomicFile.write([2], to: folder.path("b"))
        #expect(try contents("a") == [1])
    }

    @Test func `a device is written into, not replaced`() throws {
        try AtomicFile.write([1], to: "/dev/null")
        let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
        #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
    }
}
