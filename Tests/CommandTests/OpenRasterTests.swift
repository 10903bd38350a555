import Files
import Foundation
import TestSupport
import Testing

@testable import Imaging

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The OpenRaster file of `--output-file`.
@Suite(.timeLimit(.minutes(60))) struct OpenRasterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the entries are those of OpenRaster, its kind first and as it is`() throws {
        try write(Fixture.painting)
        let entries = try entries()
        #expect(
            entries.map(\.name) == [
                "mimetype", "stack.xml", "data/layer0.png", "data/layer1.png", "data/layer2.png", "data/layer3.png",
                "mergedimage.png", "Thumbnails/thumbnail.png",
            ])
        #expect(entries.allSatisfy { $0.method == 0 && $0.extra == 0 })
        // Programs know the kind by the bytes from 38 on.
        #expect(try folder.bytes("layers.ora")[38...].starts(with: "image/openraster".utf8))
        #expect(entries[0].bytes.count == 16)
    }

    @Test func `the stack has four layers, and of those over the painting only the result is seen`() throws {
        try write(Fixture.painting)
        let stack = try stack()
        #expect(stack.image == ["version": "0.0.6", "w": "240", "h": "190"])
        #expect(stack.layers.map { $0["name"] } == ["repainted", "stage 1", "pasted", "painting"])
        #expect(stack.layers.map { $0["visibility"] } == ["visible", "hidden", "hidden", "visible"])
        #expect(stack.layers.allSatisfy { $0["opacity"] == "1.0" && $0["composite-op"] == "svg:src-over" })
        #expect(stack.layers.map { $0["src"] } == (0..<4).map { "data/layer\($0).png" })
    }

    @Test(arguments: [false, true])
    func `the layers over the painting are the stages, in its colours`(isDeep: Bool) throws {
        var image = try Picture.read(Fixture.painting).image
        var storage = ImageStorage(resolution: Resolution(x: 11811, y: 11811, unit: .meter))
        if isDeep {
            image = image.resampled(to: Size(width: 480, height: 380))
            (storage.depth, storage.profile) = (.sixteen, try ColorProfile(icc: TestProfile.wide))
        }
        try image.write(to: folder.path("painting.png"), storage: storage)
        try write("painting.png")
        storage.depth = .eight

        let layers = try stack().layers, painting = try picture("data/layer3.png")
        #expect(painting.image.size == image.size && painting.storage == storage)
        let own = try Picture.read(folder.path("painting.png"))
        #expect(largest(painting.stored, own.stored) <= 0.5 / 255 + 1e-6)
        for (index, stage) in [(0, "stage2.png"), (1, "stage1.png")] {
            let layer = try picture("data/layer\(index).png")
            #expect(layer.storage == storage)
            let alpha = try #require(layer.alpha), origin = try origin(layers[index])
            #expect(alpha.values.contains(1))
            // Smaller than the painting by what is around the object.
            #expect(layer.image.width < image.width && layer.image.height < image.height)
            let composed = try composition(layer, at: origin, over: painting.stored)
            let result = try Picture.read(folder.path(stage)).stored
            #expect(largest(composed, result) <= 1 / 255)
            #expect(largest(painting.stored, result) > 10 / 255)
            guard index == 0 else { continue }
            #expect(largest(try picture("mergedimage.png").stored, composed) <= 1e-6)
        }
        #expect(try picture("mergedimage.png").alpha == nil)
        let thumbnail = try picture("Thumbnails/thumbnail.png")
        #expect(thumbnail.image.size == (isDeep ? Size(width: 256, height: 203) : image.size))
        #expect(thumbnail.storage.depth == .eight)
    }

    @Test func `the pasted object has its mask as alpha`() throws {
        try write(Fixture.painting)
        let layer = try picture("data/layer2.png"), origin = try origin(stack().layers[2])
        let mask = try Picture.read(Fixture.mask).mask, cup = try Picture.read(Fixture.cup).image
        let alpha = try #require(layer.alpha), bounds = try #require(mask.bounds)
        #expect(origin.x == 105 + bounds.columns.lowerBound && origin.y == 70 + bounds.rows.lowerBound)
        #expect(alpha == bounds.part(of: mask))
        let wanted = bounds.part(of: cup)
        for i in alpha.values.indices where alpha.values[i] > 0 {
            for c in 3 * i..<3 * i + 3 { #expect(abs(layer.image.values[c] - wanted.values[c]) <= 0.5 / 255) }
        }
    }

    @Test func `the summary names the file, and none is written over an input`() throws {
        struct Summary: Decodable { let files: [String: String] }
        let outcome = try Command.run(arguments(Fixture.painting) + ["--json"], in: folder)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
        #expect(summary.files == ["stage1": "stage1.png", "stage2": "stage2.png", "output-file": "layers.ora"])
        try folder.write(Fixture.bytes("painting.png"), to: "painting.ora")
        try Command.expectFailure(
            arguments("painting.ora") + ["--output-file", "painting.ora"], in: folder, 64,
            "--output-file would replace the file of --painting", hint: "harmonize --help lists the options")
    }

    @Test(arguments: ["result.png", "result.webp", "Result.TIFF"])
    func `another ending makes it the result's picture`(name: String) throws {
        #expect(try Command.run(arguments(Fixture.painting) + ["--output-file", name], in: folder).exitCode == 0)
        let result = try Picture.read(folder.path(name)), stage2 = try Picture.read(folder.path("stage2.png"))
        #expect(result.stored == stage2.stored)
    }

    @Test func `a batch has a column for it`() throws {
        let jobs = try BatchFolder()
        try jobs.write("name,output-file", "a,layers.ora", "b,")
        #expect(try jobs.batch("--iterations", "0", "--faithful", "--quiet").exitCode == 0)
        let files = try jobs.lines().sorted { $0.row < $1.row }.map(\.files)
        #expect(files == [["layers.ora", "stage1.png", "stage2.png"], ["stage1.png", "stage2.png"]])
        #expect(try jobs.folder.names.contains("out/a/layers.ora"))
    }

    // MARK: Reading

    private func arguments(_ painting: String) -> [String] {
        ["--painting", painting, "--object", Fixture.cup, "--mask", Fixture.mask, "--at", "105,70", "--faithful"]
            + Fixture.leastWork + ["--output-file", "layers.ora"]
    }

    private func write(_ painting: String) throws {
        let outcome = try Command.run(arguments(painting), in: folder)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
    }

    private struct Entry {
        let name: String, method: Int, extra: Int, bytes: [UInt8]
    }

    /// The entries of the file in their order, by their own headers (APPNOTE.TXT 6.3.10, 4.3.7).
    private func entries() throws -> [Entry] {
        var rest = try folder.bytes("layers.ora")[...], entries: [Entry] = []
        func number(_ offset: Int, _ count: Int) -> Int {
            rest.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        while number(0, 4) == 0x0403_4b50 {
            let (size, name, extra) = (number(18, 4), number(26, 2), number(28, 2))
            entries.append(
                Entry(
                    name: String(decoding: rest.dropFirst(30).prefix(name), as: UTF8.self), method: number(8, 2),
                    extra: extra, bytes: Array(rest.dropFirst(30 + name + extra).prefix(size))))
            rest = rest.dropFirst(30 + name + extra + size)
        }
        return entries
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try #require(try entries().first { $0.name == name }).bytes
    }

    private func picture(_ name: String) throws -> Picture {
        try Picture(decoding: bytes(name), path: FilePath(name))
    }

    /// The attributes of the elements of stack.xml.
    private final class Stack: NSObject, XMLParserDelegate {
        var image: [String: String] = [:], layers: [[String: String]] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            if name == "image" { image = attributes }
            if name == "layer" { layers.append(attributes) }
        }
    }

    private func stack() throws -> Stack {
        let parser = XMLParser(data: Data(try bytes("stack.xml"))), stack = Stack()
        parser.delegate = stack
        #expect(parser.parse(), "\(parser.parserError as Any)")
        return stack
    }

    private func origin(_ layer: [String: String]) throws -> Point {
        Point(x: try #require(layer["x"].flatMap { Int($0) }), y: try #require(layer["y"].flatMap { Int($0) }))
    }

    /// `layer` over `picture`, in the file's own colours.
    private func composition(_ layer: Picture, at origin: Point, over picture: Image) throws -> Image {
        let alpha = try #require(layer.alpha), place = Region(origin: origin, size: layer.image.size)
        return Overlay(place.part(of: picture).composited(with: layer.stored, mask: alpha), at: origin)
            .laid(into: picture)
    }

    private func largest(_ a: Image, _ b: Image) -> Float {
        a.size == b.size ? zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }
}
