import Testing
import harmonize

@Suite struct CSVTableTests {
    private func fields(_ text: String) throws -> [[String]] { try CSVTable(text).records.map(\.fields) }

    @Test(
        "lines end in any way, the last in none", arguments: ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\n1,2"])
    func lineEnds(text: String) throws { #expect(try fields(text) == [["a", "b"], ["1", "2"]]) }

    @Test func `quotes hold separators, quotes and line ends`() throws {
        #expect(
            try fields("\"4,2\",\"a \"\"b\"\"\",\"one\r\ntwo\nthree\",\"\"\nx,y,z,\"\"")
                == [["4,2", "a \"b\"", "one\r\ntwo\nthree", ""], ["x", "y", "z", ""]])
    }

    @Test func `a quote inside a cell is one`() throws { #expect(try fields("5\" brush,b") == [["5\" brush", "b"]]) }

    @Test func `spaces and characters of all kinds stay`() throws {
        #expect(try fields(" a ,é👩‍🎨, \n") == [[" a ", "é👩‍🎨", " "]])
    }

    @Test(
        "the separator is what the first line has",
        arguments: [(",", "a,b\n1;0,2\t0"), (";", "a;b\n1,0;2\t0"), ("\t", "a\tb\n1,0\t2;0")])
    func separators(separator: String, text: String) throws {
        let expected = ["1" + (separator == "," ? ";0" : ",0"), "2" + (separator == "\t" ? ";0" : "\t0")]
        #expect(try fields(text) == [["a", "b"], expected])
    }

    @Test func `records know their lines, and which are blank`() throws {
        let records = try CSVTable("a,b\n\n\"1\n\r\n\r\",2\n,\n3,4\n").records
        #expect(records.map(\.line) == [1, 2, 3, 7, 8])
        #expect(records.map(\.isBlank) == [false, true, false, true, false])
    }

    @Test func `nothing has no records`() throws { #expect(try fields("") == []) }

    @Test func `broken quotes are found, with their lines`() {
        #expect(throws: CSVTable.Malformation.openQuote(line: 2)) { try CSVTable("a\n\"b\nc\n") }
        #expect(throws: CSVTable.Malformation.textBehindQuote(line: 3)) { try CSVTable("a\nb\n\"b\" c\n") }
    }
}
