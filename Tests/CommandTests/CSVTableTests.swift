import Files
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

    @Test("a first line may say the separator", arguments: ["sep=;\n", "sep=;\r\n", "SEP=;\r"])
    func saidSeparators(line: String) throws {
        let records = try CSVTable(line + "a,b;c\n1;2,0\n").records
        #expect(records.map(\.fields) == [["a,b", "c"], ["1", "2,0"]])
        #expect(records.map(\.line) == [2, 3])
        #expect(try fields("sep=;") == [])
    }

    @Test func `the separator is what the first line has most of, outside of quotes`() throws {
        #expect(try fields("a;\"b,c,d\";e,f\n") == [["a", "b,c,d", "e,f"]])
    }

    @Test func `bytes that are not UTF-8 are kept`() throws {
        let field = try #require(CSVTable(bytes: Array("a,caf".utf8) + [0xE9]).records.first?.fields.last)
        #expect(field.bytesWithEscapes == Array("caf".utf8) + [0xE9])
    }

    @Test func `nothing has no records`() throws { #expect(try fields("") == []) }

    @Test func `broken quotes are found, with their lines`() {
        #expect(throws: CSVTable.Malformation.openQuote(line: 2)) { try CSVTable("a\n\"b\nc\n") }
        #expect(throws: CSVTable.Malformation.textBehindQuote(line: 3)) { try CSVTable("a\nb\n\"b\" c\n") }
    }
}

@Suite struct NumberSpellingTests {
    @Test(
        "numbers are read as other countries write them",
        arguments: [
            ("0,5", "0.5"), ("1.234,5", "1234.5"), ("1 234,5", "1234.5"), ("1\u{202F}234", "1234"),
            ("1'234.5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"), ("\u{2212}3", "-3"),
            (" 7\u{A0}", "7"), ("1,5e-3", "1.5e-3"), ("420;330", "420,330"), ("420, 330", "420,330"),
            ("420,0;330,0", "420,330"), ("5,00", "5"), ("1,234", "1234"),
        ])
    func spellings(text: String, number: String) { #expect(NumberSpelling.others(of: text).contains(number)) }

    @Test("the decimal comma goes first") func order() { #expect(NumberSpelling.others(of: "1,234").first == "1.234") }

    @Test("other texts are themselves", arguments: ["x", "", "draft", "0,5x", "a,b", ";"])
    func texts(text: String) { #expect(NumberSpelling.others(of: text) == []) }
}
