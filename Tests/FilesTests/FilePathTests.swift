import Files
import Foundation
import TestSupport
import Testing

@Suite struct FilePathTests {
    // MARK: Text

    private static let names: [[UInt8]] = [
        Array("plain".utf8), Array("Étoile ☕.png".utf8), [0xE9], [0x63, 0xE9, 0x2E], [0xC3], [0xC3, 0x28],
        [0xFF, 0xFE],
        [0xE2, 0x98], [0xF4, 0x8D, 0xB3, 0xA9], [0xF4, 0x8D, 0xB3, 0xA9, 0xE9], [0xED, 0xB3, 0xA9], [0xC0, 0xAF],
        [0xF4, 0x90, 0x80, 0x80], [0x65, 0xCC, 0x81], [0x0A],
    ]

    @Test("bytes of any kind survive as text, and different ones are different", arguments: names)
    func keepsBytes(bytes: [UInt8]) throws {
        let text = String(escaping: bytes)
        #expect(text.bytesWithEscapes == bytes)
        let path = try #require(FilePath(argument: text))
        #expect(
            path.withPlatformString { Array(String(cString: $0).utf8) }
                == Array(String(decoding: bytes, as: UTF8.self).utf8))
        #expect(Array(path.argument.unicodeScalars) == Array(text.unicodeScalars))
        #expect(Self.names.count { String(escaping: $0).unicodeScalars.elementsEqual(text.unicodeScalars) } == 1)
    }

    @Test func `all pairs of bytes survive`() {
        for pair in 0...0xFFFF {
            let bytes = [UInt8(pair >> 8), UInt8(pair & 0xFF)]
            #expect(String(escaping: bytes).bytesWithEscapes == bytes)
        }
    }

    @Test func `UTF-8 is itself, and no path holds a NUL`() {
        #expect(String(escaping: Array("Étoile ☕".utf8)) == "Étoile ☕")
        #expect(FilePath("Étoile ☕").argument == "Étoile ☕")
        #expect(FilePath(argument: "a\0b") == nil)
    }

    @Test func `people see escapes on one line`() throws {
        let path = try #require(FilePath(argument: String(escaping: [0x63, 0x61, 0x66, 0xE9, 0x0A, 0x1B])))
        #expect("\(path)" == #"caf\xe9\n\u{1B}"#)
        #expect("\(FilePath("Étoile"))" == "Étoile")
    }

    // MARK: Parts

    @Test(
        "a path lies in a folder",
        arguments: [
            ("a/b", "a"), ("/a", "/"), ("a", "."), ("/", "/"), (".", "."), ("..", "."), ("", "."), ("a/b/", "a"),
        ])
    func findsFolders(path: String, folder: String) {
        #expect(FilePath(path).folder == FilePath(folder))
    }

    @Test(
        "a name has an ending",
        arguments: [("a.JPG", "jpg"), (".png", "png"), ("a.b/c", nil), ("a.", ""), ("a.tar.gz", "gz"), ("", nil)])
    func findsEndings(path: String, ending: String?) {
        #expect(FilePath(path).ending == ending)
    }

    @Test func `paths are seen from a folder that they are in`() {
        #expect(FilePath("out/a/b.png").relative(to: "out/a") == "b.png")
        #expect(FilePath("out/ab.png").relative(to: "out/a") == "out/ab.png")
        #expect(FilePath("/x/b").relative(to: "out") == "/x/b")
    }

    // MARK: The system

    @Test func `links are followed also where the file is not there`() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("real")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "real")
        let real = FilePath(folder.path("real")).realPath
        #expect(FilePath(folder.path("link/none")).realPath == real.appending("none"))
        #expect(FilePath(folder.path("link/none/../x/y")).realPath == real.appending("x/y"))
        #expect(FilePath(folder.path("link")).realPath == real)
    }

    @Test func `folders are made with those above them, in any bytes`() throws {
        let folder = try TemporaryFolder()
        let path = FilePath(folder.path("a")).pushing(try #require(FilePath(argument: "b\u{10DCFF}/c")))
        try path.makeFolder()
        try path.makeFolder()
        #expect(path.isFolder)
        try folder.write([1], to: "file")
        let blocked: FilePath = folder.path("file/a")
        #expect(throws: FileError.cannotWrite(path: blocked, reason: "the folder cannot be made")) {
            try blocked.makeFolder()
        }
    }

    @Test("a slash at the end names a folder", arguments: [("a/", true), ("a/b//", true), ("a", false), ("/", false)])
    func slashes(argument: String, isFolder: Bool) throws {
        let path = try #require(FilePath(argument: argument))
        #expect(path.namesFolder == isFolder)
        #expect(path.withoutSlash == FilePath(argument))
        #expect(FilePath(argument: path.argument) == path)
    }

    @Test func `what cannot be written is known beforehand`() throws {
        let folder = try TemporaryFolder()
        let link = FileManager.default.createSymbolicLink(atPath:withDestinationPath:)
        try link(folder.path("nowhere"), folder.path("none/deep"))
        try link(folder.path("loop"), "loop")
        try link(folder.path("through"), "made later")
        let long = String(repeating: "x", count: 256)
        let cases: [(String, String?)] = [
            ("a", nil), ("a/b/c", nil), ("through", nil),
            ("nowhere", "the folder \(folder.path("none")) does not exist"),
            ("nowhere/a", "\(folder.path("nowhere")) is a link that leads nowhere"),
            ("loop", "Too many levels of symbolic links"), ("loop/a", "Too many levels of symbolic links"),
            (long, "File name too long"), ("a/\(long)", "File name too long"), ("\(long)/a", "File name too long"),
        ]
        for (name, reason) in cases {
            let path: FilePath = folder.path(name)
            do throws(FileError) {
                try path.checkWritable(makingFolders: name != "nowhere")
                #expect(reason == nil, "\(name)")
            } catch {
                #expect(error == .cannotWrite(path: path, reason: reason ?? ""))
            }
        }
        #expect(try folder.names == ["nowhere", "loop", "through"])
    }

    @Test func `a file that is write-protected is not replaced`() throws {
        let folder = try TemporaryFolder(), path: FilePath = try folder.write([1], to: "a")
        chmod(folder.path("a"), 0o444)
        // Root may write to it.
        if getuid() == 0 { return try path.checkWritable(makingFolders: false) }
        #expect(throws: FileError.cannotWrite(path: path, reason: "it is write-protected")) {
            try path.checkWritable(makingFolders: false)
        }
    }

    @Test func `one place has many spellings`() throws {
        let folder = try TemporaryFolder(), path: FilePath = try folder.write([1], to: "a")
        try folder.makeFolder("sub")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "a")
        for name in [".//a", "sub/../a", "link", "sub/.././link"] {
            #expect(path.isSamePlace(as: FilePath("\(folder.url.path)/\(name)")))
        }
        #expect(!path.isSamePlace(as: folder.path("sub/a")))
        #expect(FilePath(folder.path("sub/./n")).isSamePlace(as: FilePath("\(folder.url.path)/sub//n")))
    }

    @Test func `names are found as other systems write them`() throws {
        let folder = try TemporaryFolder(), base: FilePath = FilePath(folder.url.path)
        func path(_ bytes: [UInt8]) throws -> FilePath {
            base.pushing(try #require(FilePath(argument: String(escaping: bytes))))
        }
        try folder.makeFolder("sub")
        // Decomposed, as on macOS; and composed.
        for name in ["u\u{308}ber.png", "caf\u{E9}.png", "sub/a.png"] { try folder.write([1], to: name) }
        #expect(try path(Array("\u{FC}ber.png".utf8)).inUse.exists)
        #expect(try path(Array("cafe\u{301}.png".utf8)).inUse.exists)
        #expect(try path(Array("caf".utf8) + [0xE9] + Array(".png".utf8)).inUse.exists)
        #expect(try path(Array("sub\\a.png ".utf8)).inUse.exists)
        // What is there is itself, whatever its name; what is not stays as it is.
        try folder.write([2], to: "sub\\a.png")
        #expect(try path(Array("sub\\a.png".utf8)).inUse == folder.path("sub\\a.png"))
        let none = try path(Array("n\u{F6}ne.png".utf8))
        #expect(none.inUse == none)
    }

    @Test func `texts change neither terminals nor the order of what is shown`() {
        let text = "a\u{1B}[31m\u{9B}b\u{202E}c\u{2066}d\u{2028}\u{7F}\n\t👩‍🎨é"
        #expect(text.escapingControls == #"a\u{1B}[31m\u{009B}b\u{202E}c\u{2066}d\u{2028}\u{7F}\n\t👩‍🎨é"#)
        #expect(text.escapingControlsInLines.hasSuffix("\n\t👩‍🎨é"))
    }

    @Test func `this program has a path`() throws {
        #expect(FilePath.executable.isRegular)
        #expect(FilePath(environment: "HARMONIZE_NONE") == nil)
    }
}
