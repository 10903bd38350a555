import Files
import Foundation
import TestSupport
import Testing

/// Files of jobs as spreadsheets and other systems save them.
@Suite(.timeLimit(.minutes(60))) struct SpreadsheetTests {
    private let jobs: BatchFolder

    init() throws { jobs = try BatchFolder() }

    private struct Summary: Decodable {
        struct Failure: Decodable { let job, error: String }
        let planned: [String]?, failed: [Failure]?, error: String?
    }

    /// What a dry run says of a file of jobs: the names of what would be done, and why the rest would not.
    private func plan(_ bytes: some Sequence<UInt8>) throws -> (names: [String], errors: [String]) {
        try jobs.folder.write(bytes, to: "jobs.csv")
        let outcome = try Command.run(
            ["batch", "jobs.csv", "--dry-run", "--json"], in: jobs.folder)
        // Nothing that a terminal could take for a command.
        #expect(outcome.output.utf8.allSatisfy { $0 != 0x1B } && !outcome.output.contains("\u{9B}"))
        let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
        return (summary.planned ?? [], (summary.failed?.map(\.error) ?? []) + [summary.error].compactMap { $0 })
    }

    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return bigEndian ? bytes : bytes.reversed()
        }
    }

    private static let table = "painting;object;scale;name\r\np.png;cup.png;0,5;\u{E9}\r\n"

    @Test(
        "encodings, separators and line ends are found out",
        arguments: [
            Array(table.utf8), Array("\u{FEFF}\(table)".utf8), Array("sep=;\r\n\(table)".utf8),
            Array(table.replacing("\r\n", with: "\r").utf8), Array(table.replacing(";", with: "\t").utf8),
            utf16("\u{FEFF}\(table)", bigEndian: true), utf16("\u{FEFF}\(table)", bigEndian: false),
            utf16(table, bigEndian: true), utf16(table, bigEndian: false), table.unicodeScalars.map { UInt8($0.value) },
        ])
    func encodings(bytes: [UInt8]) throws {
        let (names, errors) = try plan(bytes)
        #expect(names == ["\u{E9}"])
        #expect(errors == [])
    }

    @Test(
        "heads, cells and empty columns are read as people write them",
        arguments: [
            " Painting , OBJECT,--Scale,Max Pixels\np.png,cup.png,0.5,400M\n",
            "painting,object,scale,keep_colors,,\np.png,cup.png,\"0,5\",WAHR,,\n,,,,,\n , ,,,,\n",
            "painting,object,at,scale\np.png,cup.png,\"420,0; 330,0\",\" 1,5 \"\n",
            "painting,object,size\n.\\p.png, cup.png ,1.000\n",
            "painting,object,rotate,flip\np.png,cup.png,\u{2212}5,ja\n",
            "painting,object\np.png,cup.png,,,\n",
        ])
    func cells(text: String) throws {
        let (names, errors) = try plan(text.utf8)
        #expect(names == ["001-cup"])
        #expect(errors == [])
    }

    @Test func `the numbers are what was meant`() throws {
        try jobs.folder.write("painting;object;at;name\np.png;cup.png;\"\u{2212}3;4\";a\n".utf8, to: "jobs.csv")
        #expect(try jobs.batch("--iterations", "0").exitCode == 0)
        #expect(try jobs.lines().first?.summary?.settings?.at == [-3, 4])
    }

    @Test func `a formula's error is one, and stops no other row`() throws {
        let (names, errors) = try plan(
            "painting,object,scale,name\np.png,cup.png,#REF!,a\np.png,#N/A,,b\n#BEZUG!,cup.png,,c\np.png,cup.png,1,d\n"
                .utf8)
        #expect(names == ["d"])
        #expect(
            errors == [
                "jobs.csv:2: 'scale' is a formula's error, #REF!", "jobs.csv:3: 'object' is a formula's error, #N/A",
                "jobs.csv:4: 'painting' is a formula's error, #BEZUG!",
            ])
    }

    @Test func `a column without a name has no cells`() throws {
        #expect(
            try plan(",painting,object\n0,p.png,cup.png\n".utf8).errors
                == ["jobs.csv:2: there is something in column 1, which has no name"])
    }

    @Test func `files are found by their names as other systems write them`() throws {
        let names = ["u\u{308}ber.png", "sub/caf\u{E9}.png"]
        try jobs.folder.makeFolder("sub")
        for name in names { try jobs.folder.write(Fixture.bytes("cup-alpha.png"), to: name) }
        let rows = "painting,object\np.png,\u{FC}ber.png\np.png,sub\\cafe\u{301}.png\np.png,none\\cup.png\n"
        let (planned, errors) = try plan(rows.utf8)
        #expect(planned == ["001-\u{FC}ber", "002-caf\u{E9}"])
        #expect(errors == ["none\\cup.png does not exist"])
        // Windows-1252, where the disk has UTF-8.
        let latin = try plan(Array("painting,object\np.png,sub/caf".utf8) + [0xE9] + Array(".png\n".utf8))
        #expect(latin.errors == [] && latin.names.count == 1)
    }

    @Test func `an object's name makes no folder's that cannot be`() throws {
        let long = String(repeating: "\u{3042}", count: 83), odd = "a\n\u{202E}b"
        for name in [long, odd] { try jobs.folder.write(Fixture.bytes("cup-alpha.png"), to: name) }
        try jobs.folder.write(
            "painting,object\np.png,\(long)\np.png,\"\(odd)\"\np.png,cup.png\n".utf8, to: "jobs.csv")
        #expect(try jobs.batch("--iterations", "0").exitCode == 0)
        let names = try jobs.done()
        #expect(names.count == 3 && names[0].utf8.count <= 200 && names[0].hasPrefix("001-\u{3042}"))
        #expect(names[1...] == ["002-a__b", "003-cup"])
    }

    @Test func `no job writes what another one reads`() throws {
        try jobs.folder.write(
            "painting,object,name,compare\np.png,cup.png,a,../../p.png\np.png,cup.png,b,../c/x.png\n"
                .appending("p.png,cup.png,c,\(jobs.folder.path("out/c/./x.png"))\n").utf8, to: "jobs.csv")
        let outcome = try Command.run(
            ["batch", "jobs.csv", "--output", "out", "--dry-run", "--json"], in: jobs.folder)
        #expect(outcome.output.contains("jobs.csv:4: \(jobs.folder.path("out/c/./x.png")) is a file of b as well"))
        #expect(outcome.output.contains("out/a/../../p.png is a file of "))
    }

    @Test func `rows are looked at when their turn comes`() throws {
        let rows = (0..<20_000).map { "p.png,cup.png,\"\($0 % 90),\($0 % 60)\",0.5,job\($0)" }
        try jobs.folder.write(
            ("painting,object,at,scale,name\n" + rows.joined(separator: "\n") + "\n").utf8, to: "jobs.csv")
        // The parser takes half a millisecond for each row, and this is 20,000.
        let outcome = try Command.run(
            ["batch", "jobs.csv", "--dry-run", "--shard", "3/10000"], in: jobs.folder, setup: "ulimit -t 4")
        #expect(outcome.output == "to do  job2\nto do  job10002\n")
    }
}
