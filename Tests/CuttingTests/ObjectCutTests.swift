import Cutting
import Foundation
import Imaging
import Testing

/// Objects of known shapes and colours.
@Suite struct ObjectCutTests {
    private let red = SIMD3<Float>(0.85, 0.12, 0.1), green = SIMD3<Float>(0.1, 0.6, 0.2)

    /// A picture of a size and the alpha of the shapes in it: `inside` tells how far a place is inside, in pixels.
    private func scene(
        _ size: Size, noise: Float = 0.02, inside: (Float, Float) -> Float
    ) -> (photograph: Image, alpha: Mask) {
        var state: UInt32 = 1
        func random() -> Float {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8) / Float(1 << 24) - 0.5
        }
        var photograph = Image(
            width: size.width, height: size.height, values: Array(repeating: 0, count: 3 * size.pixelCount))
        var alpha = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 0..<size.height {
            for x in 0..<size.width {
                alpha[x, y] = max(0, min(1, inside(Float(x), Float(y)) + 0.5))
                let color = alpha[x, y] * red + (1 - alpha[x, y]) * green
                photograph[x, y] = color + noise * SIMD3(random(), random(), random())
            }
        }
        return (photograph, alpha)
    }

    private func disc(_ size: Size, radius: Float, noise: Float = 0.02) -> (photograph: Image, alpha: Mask) {
        scene(size, noise: noise) { x, y in
            radius - hypot(x - Float(size.width - 1) / 2, y - Float(size.height - 1) / 2)
        }
    }

    /// Intersection over union.
    private func overlap(_ a: Mask, _ b: Mask) -> Double {
        var both = 0.0, either = 0.0
        for (x, y) in zip(a.values, b.values) {
            both += x > 0.5 && y > 0.5 ? 1 : 0
            either += x > 0.5 || y > 0.5 ? 1 : 0
        }
        return both / max(1, either)
    }

    // MARK: Shapes

    @Test(
        "a disc is found at any size",
        arguments: [(60, 50), (180, 150), (320, 300), (700, 500), (1300, 900), (100, 2400)])
    func discs(width: Int, height: Int) throws {
        let size = Size(width: width, height: height)
        let (photograph, alpha) = disc(size, radius: 0.35 * Float(min(width, height)))
        let cutout = try ObjectCut().cut(photograph)
        #expect(overlap(cutout.alpha, alpha) > 0.97)
        #expect(cutout.warning == nil)
        #expect(cutout.alpha.bounds == cutout.bounds)
    }

    @Test func `two parts and a hole are kept, specks are not`() throws {
        let size = Size(width: 400, height: 300)
        let (photograph, alpha) = scene(size) { x, y in
            let ring = min(80 - hypot(x - 130, y - 150), hypot(x - 130, y - 150) - 30)
            return max(max(ring, 50 - hypot(x - 300, y - 150)), 2 - hypot(x - 230, y - 60))
        }
        let found = try ObjectCut().cut(photograph).alpha
        #expect(overlap(found, alpha) > 0.97)
        #expect(found[130, 150] == 0 && found[300, 150] == 1 && found[230, 60] == 0)
    }

    @Test func `alpha is that of the photograph's edge`() throws {
        let (photograph, alpha) = disc(Size(width: 300, height: 300), radius: 90, noise: 0)
        let found = try ObjectCut().cut(photograph).alpha
        let largest = zip(found.values, alpha.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(largest < 0.2, "\(largest)")
        // Hard outside of a band of three pixels.
        for y in 0..<300 {
            for x in 0..<300 where abs(hypot(Float(x) - 149.5, Float(y) - 149.5) - 90) > 6 {
                #expect(found[x, y] == alpha[x, y])
            }
        }
    }

    @Test("no background is left in the object's colours", arguments: [300, 1500])
    func noRim(side: Int) throws {
        let (photograph, _) = disc(Size(width: side, height: side), radius: 0.3 * Float(side), noise: 0)
        let cutout = try ObjectCut().cut(photograph)
        let object = photograph.blank.laid(cutout.colors)
        var soft = 0, largest: Float = 0
        for i in cutout.alpha.values.indices where cutout.alpha.values[i] > 0.02 {
            let color = object[i % side, i / side]
            soft += cutout.alpha.values[i] < 1 ? 1 : 0
            let difference = color - red
            largest = max(largest, difference.max(), -difference.min())
        }
        #expect(largest < 0.04)
        #expect(soft > side)
    }

    @Test func `the object's own texture stays, to the bit`() throws {
        let (photograph, _) = disc(Size(width: 200, height: 200), radius: 60)
        let cutout = try ObjectCut().cut(photograph)
        let object = photograph.blank.laid(cutout.colors)
        for y in 0..<200 {
            for x in 0..<200 {
                let distance = hypot(Float(x) - 99.5, Float(y) - 99.5)
                if distance < 52 { #expect(object[x, y] == photograph[x, y]) }
                if distance > 68 { #expect(object[x, y] == .zero) }
            }
        }
    }

    // MARK: Box and strokes

    @Test func `nothing outside the box belongs to the object`() throws {
        let size = Size(width: 300, height: 200)
        let (photograph, _) = scene(size) { x, y in max(40 - hypot(x - 80, y - 100), 40 - hypot(x - 220, y - 100)) }
        let box = Region(columns: 25..<140, rows: 40..<160)
        let cutout = try ObjectCut(box: box).cut(photograph)
        let bounds = try #require(cutout.bounds)
        #expect(box.union(bounds) == box)
        #expect(cutout.alpha[80, 100] == 1 && cutout.alpha[220, 100] == 0)
    }

    private func strokes(_ size: Size, _ regions: Region...) -> Mask {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for region in regions { for y in region.rows { for x in region.columns { mask[x, y] = 1 } } }
        return mask
    }

    @Test func `what is kept belongs to the object, what is dropped does not`() throws {
        let size = Size(width: 300, height: 200)
        let (photograph, alpha) = scene(size) { x, y in max(40 - hypot(x - 80, y - 100), 40 - hypot(x - 220, y - 100)) }
        let drop = strokes(size, Region(columns: 200..<240, rows: 98..<103))
        let keep = strokes(size, Region(columns: 145..<155, rows: 98..<103))
        let cutout = try ObjectCut(keep: keep, drop: drop).cut(photograph)
        for i in keep.values.indices where keep.values[i] == 1 { #expect(cutout.alpha.values[i] == 1) }
        for i in drop.values.indices where drop.values[i] == 1 { #expect(cutout.alpha.values[i] == 0) }
        #expect(overlap(try ObjectCut().cut(photograph).alpha, alpha) > 0.98)
    }

    @Test func `a stroke on a saucer leaves a cup of its colour, and what is far away`() throws {
        let size = Size(width: 480, height: 400), white = SIMD3<Float>(0.95, 0.93, 0.9)
        func distance(_ x: Int, _ y: Int) -> Float { hypot(Float(x) - 240, Float(y) - 200) }
        // A disc, white in its middle, and a ring around it, with a gap of five pixels.
        var (photograph, _) = scene(size) { x, y in
            let distance = distance(Int(x), Int(y))
            return max(60 - distance, min(140 - distance, distance - 65))
        }
        for y in 0..<size.height { for x in 0..<size.width where distance(x, y) < 45 { photograph[x, y] = white } }
        let whole = try ObjectCut().cut(photograph).alpha
        let stroke = strokes(size, Region(columns: 115..<155, rows: 120..<280))
        let found = try ObjectCut(drop: stroke).cut(photograph).alpha
        // What is near and alike goes, on either side of the stroke.
        for x in [105, 165] { #expect(whole[x, 200] == 1 && found[x, 200] == 0) }
        for y in 0..<size.height {
            for x in 0..<size.width where distance(x, y) < 55 { #expect(found[x, y] == 1) }
            for x in 310..<size.width where (72..<133).contains(distance(x, y)) { #expect(found[x, y] == 1) }
        }
    }

    @Test func `strokes that say what was found change nothing`() throws {
        let size = Size(width: 300, height: 260)
        let (photograph, alpha) = disc(size, radius: 80)
        let keep = strokes(size, Region(columns: 130..<170, rows: 125..<135))
        let drop = strokes(size, Region(columns: 40..<260, rows: 25..<30))
        let found = try ObjectCut(keep: keep, drop: drop).cut(photograph).alpha
        #expect(overlap(found, alpha) > 0.98)
        #expect(found == (try ObjectCut().cut(photograph).alpha))
    }

    @Test("strokes of one pixel count in large photographs", arguments: [1, 2])
    func thinStrokes(width: Int) throws {
        let size = Size(width: 2200, height: 1400)
        let (photograph, _) = disc(size, radius: 300)
        let keep = strokes(size, Region(columns: 300..<700, rows: 700..<700 + width))
        let drop = strokes(size, Region(columns: 1100..<1100 + width, rows: 600..<800))
        let cutout = try ObjectCut(keep: keep, drop: drop).cut(photograph)
        #expect(cutout.alpha[500, 700] == 1 && cutout.alpha[1100, 700] == 0)
    }

    @Test func `the box grows to what is kept`() throws {
        let size = Size(width: 300, height: 200)
        let (photograph, alpha) = disc(size, radius: 60)
        let box = Region(columns: 100..<150, rows: 60..<100)
        let keep = strokes(
            size, Region(columns: 80..<220, rows: 99..<101), Region(columns: 149..<151, rows: 30..<170))
        let cutout = try ObjectCut(box: box, keep: keep).cut(photograph)
        #expect(overlap(cutout.alpha, alpha) > 0.9)
    }

    @Test func `a box of all the photograph is taken, too`() throws {
        let size = Size(width: 300, height: 200)
        let (photograph, alpha) = disc(size, radius: 70)
        let cutout = try ObjectCut(box: .whole(of: size)).cut(photograph)
        #expect(overlap(cutout.alpha, alpha) > 0.98)
    }

    // MARK: The same bits

    @Test func `the same bits each time, with any number of threads`() throws {
        let (photograph, _) = scene(Size(width: 640, height: 480), noise: 0.5) { x, y in
            150 - hypot(x - 300, 1.3 * (y - 250)) + 20 * sin(x / 9)
        }
        let stroke = strokes(photograph.size, Region(columns: 200..<260, rows: 240..<250))
        for cut in [ObjectCut(), ObjectCut(keep: stroke), ObjectCut(drop: stroke)] {
            let first = try cut.cut(photograph)
            for threads in [1, 2, 5] {
                #expect(try Parallel.with(threads: threads) { try cut.cut(photograph) } == first)
            }
        }
    }

    // MARK: Bad input and results

    private func error(_ cut: ObjectCut, _ photograph: Image) -> CutError? {
        do {
            _ = try cut.cut(photograph)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a box must be inside the photograph",
        arguments: [(-1, 0, 10, 10), (0, -1, 10, 10), (55, 0, 10, 10), (0, 45, 10, 10), (70, 60, 5, 5)])
    func refusesBoxes(x: Int, y: Int, width: Int, height: Int) {
        let size = Size(width: 60, height: 50)
        let box = Region(origin: Point(x: x, y: y), size: Size(width: width, height: height))
        #expect(error(ObjectCut(box: box), disc(size, radius: 15).photograph) == .box(box, photograph: size))
    }

    @Test func `masks must fit the photograph and each other`() {
        let size = Size(width: 60, height: 50), other = Size(width: 50, height: 60)
        let photograph = disc(size, radius: 15).photograph
        #expect(
            error(ObjectCut(keep: strokes(other)), photograph) == .maskSize(.keep, mask: other, photograph: size))
        #expect(
            error(ObjectCut(drop: strokes(other)), photograph) == .maskSize(.drop, mask: other, photograph: size))
        let keep = strokes(size, Region(columns: 10..<30, rows: 20..<22))
        let drop = strokes(size, Region(columns: 25..<27, rows: 10..<40))
        #expect(error(ObjectCut(keep: keep, drop: drop), photograph) == .contradiction(at: Point(x: 25, y: 20)))
    }

    @Test("any size is cut without a fault", arguments: [(1, 1), (2, 1), (1, 7), (3, 3), (5, 200), (1500, 2)])
    func smallest(width: Int, height: Int) throws {
        let size = Size(width: width, height: height)
        for box in [nil, Region.whole(of: size)] {
            let cutout = try ObjectCut(box: box).cut(disc(size, radius: 2).photograph)
            #expect(cutout.alpha.size == size)
        }
        let all = Mask(width: width, height: height, repeating: 1)
        #expect(try ObjectCut(keep: all).cut(disc(size, radius: 2).photograph).alpha == all)
        let none = try ObjectCut(drop: all).cut(disc(size, radius: 2).photograph)
        #expect(none.alpha.isEmpty && none.bounds == nil && none.warning == .empty)
    }

    @Test func `colours that are no numbers or out of range are cut, too`() throws {
        var (photograph, _) = disc(Size(width: 80, height: 70), radius: 20)
        photograph[3, 3] = SIMD3(.nan, -4, .infinity)
        photograph[40, 35] = SIMD3(.infinity, .nan, 9)
        let cutout = try ObjectCut().cut(photograph)
        #expect(cutout.alpha.values.allSatisfy { (0...1).contains($0) })
    }

    @Test func `an object that fills the box is warned of`() throws {
        let size = Size(width: 200, height: 200)
        let (photograph, _) = scene(size) { x, y in 39.5 - max(abs(x - 99.5), abs(y - 99.5)) }
        let cutout = try ObjectCut(box: Region(columns: 60..<140, rows: 60..<140)).cut(photograph)
        guard case .whole(let coverage)? = cutout.warning else {
            Issue.record("\(String(describing: cutout.warning))")
            return
        }
        #expect(coverage > 0.97 && coverage <= 1)
    }

    @Test func `a ragged outline is warned of`() throws {
        let size = Size(width: 300, height: 300)
        var state: UInt32 = 7
        let blobs = (0..<1500).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            let x = Float(state >> 20) / 4096
            state = state &* 1_664_525 &+ 1_013_904_223
            return SIMD2(40 + 220 * x, 40 + 220 * Float(state >> 20) / 4096)
        }
        let (photograph, _) = scene(size, noise: 0) { x, y in
            blobs.reduce(-100) { max($0, 2 - hypot(x - $1.x, y - $1.y)) }
        }
        let cutout = try ObjectCut().cut(photograph)
        guard case .ragged? = cutout.warning else {
            Issue.record("\(String(describing: cutout.warning))")
            return
        }
    }
}

extension Image {
    /// A black picture of this size.
    fileprivate var blank: Image {
        Image(width: width, height: height, values: Array(repeating: 0, count: values.count))
    }

    /// The picture with an overlay in it.
    fileprivate func laid(_ overlay: Overlay) -> Image { overlay.laid(into: self) }
}
