import Files
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a ZIP file is one that others read`() throws {
        let path = FilePath(folder.path("all.zip"))
        var archive = Archive()
        archive.add("a.txt", Data("one\n".utf8))
        archive.add("é.bin", (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
        try archive.write(to: path)
        let check = Process()
        check.executableURL = URL(filePath: "/usr/bin/env")
        check.arguments = [
            "python3", "-c",
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
                + "assert z.namelist() == ['a.txt', 'é.bin'], z.namelist(); assert z.read('a.txt') == b'one\\n'",
            path.string,
        ]
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
    }

    @Test func `an archive replaces a file whole, or tells why not`() throws {
        try folder.write("old".utf8, to: "all.zip")
        var archive = Archive()
        archive.add("a", [1])
        try archive.write(to: FilePath(folder.path("all.zip")))
        #expect(try folder.bytes("all.zip").starts(with: [0x50, 0x4B, 3, 4]))
        #expect(try folder.names == ["all.zip"])
        let missing = FilePath(folder.path("none/all.zip"))
        #expect(throws: FileError.cannotWrite(path: missing, reason: "No such file or directory")) {
            try archive.write(to: missing)
        }
    }
}
