import Files
import Plotting
import Testing

@Suite struct ChartFormatTests {
    @Test func `a name's end says the kind of file`() {
        #expect(ChartFormat(path: "a.png") == .png)
        #expect(ChartFormat(path: "out.d/b.c.SVG") == .svg)
        #expect(ChartFormat(path: ".pdf") == .pdf)
    }

    @Test(arguments: ["", "png", "a.jpg", "a.png.gz", "a.png/b", "a."])
    func `other names say nothing`(path: String) { #expect(ChartFormat(path: FilePath(path)) == nil) }
}
