import Imaging
import Testing

/// Masks as programs write them: of a disc in 60×40 pixels.
@Suite struct MaskReadingTests {
    private let size = Size(width: 60, height: 40)

    private func distance(_ x: Int, _ y: Int) -> Float {
        let (u, v) = (Float(x) - 28, Float(y) - 20)
        return (u * u + v * v).squareRoot()
    }

    private func disc(_ x: Int, _ y: Int) -> Float { distance(x, y) < 12 ? 1 : 0 }

    private func soft(_ x: Int, _ y: Int) -> Float {
        ((18 - distance(x, y)) / 16).clamped(to: 0...1)
    }

    private func mask(_ value: (Int, Int) -> Float) -> Mask {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 0..<size.height { for x in 0..<size.width { mask[x, y] = value(x, y) } }
        return mask
    }

    private func picture(_ color: (Int, Int) -> SIMD3<Float>, alpha: ((Int, Int) -> Float)? = nil) -> Picture {
        var image = Image(
            width: size.width, height: size.height, values: Array(repeating: 0, count: 3 * size.pixelCount))
        for y in 0..<size.height { for x in 0..<size.width { image[x, y] = color(x, y) } }
        return Picture(image: image, alpha: alpha.map { mask($0) })
    }

    private func gray(_ value: @escaping (Int, Int) -> Float, alpha: ((Int, Int) -> Float)? = nil) -> Picture {
        picture({ SIMD3(repeating: value($0, $1)) }, alpha: alpha)
    }

    /// The colours of a photograph.
    private func photograph(_ x: Int, _ y: Int) -> SIMD3<Float> {
        let shade = Float((x * 7 + y * 13) % 23) / 40
        return disc(x, y) > 0 ? SIMD3(0.4 + shade, 0.2, 0.1) : SIMD3(0.1, 0.3 + shade, 0.3)
    }

    private func largestDifference(_ a: Mask, _ b: Mask) -> Float {
        zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    // MARK: Greys

    @Test func `white on black, hard or soft, is the mask to the bit`() throws {
        for value in [disc, soft] {
            let reading = try MaskReading(gray(value))
            #expect(reading.mask == mask(value) && reading.doubt == nil && !reading.isTurned)
        }
    }

    @Test("a flat grey is kept and told", arguments: [1, 15, 38, 127, 192] as [Float])
    func tellsFlatGrays(level: Float) throws {
        let reading = try MaskReading(gray { disc($0, $1) * level / 255 })
        #expect(reading.mask == mask { disc($0, $1) * level / 255 })
        guard case .gray(let opacity, let share) = reading.doubt else {
            Issue.record("\(String(describing: reading.doubt))")
            return
        }
        #expect(abs(opacity - Double(level) / 255) < 1e-6)
        #expect(share > 0.8)
    }

    @Test func `a map of labels with white seams is told by its greys`() throws {
        func label(_ x: Int, _ y: Int) -> Float {
            distance(x, y) < 12 ? 15 / 255 : distance(x, y) < 14 ? 1 : x < 10 ? 3 / 255 : 0
        }
        guard case .gray(let opacity, _) = try MaskReading(gray(label)).doubt else {
            Issue.record("nothing is told")
            return
        }
        #expect(opacity < 0.06)
    }

    @Test func `a soft mask without any white is told`() throws {
        #expect(try MaskReading(gray { soft($0, $1) / 2 }).doubt == .faint(most: 128 / 255))
    }

    // MARK: Alpha

    @Test func `alpha is the mask, whatever the colours`() throws {
        #expect(try MaskReading(gray({ _, _ in 1 }, alpha: soft)).mask == mask(soft))
        #expect(try MaskReading(gray({ _, _ in 0 }, alpha: soft)).mask == mask(soft))
        let cutout = try MaskReading(picture(photograph, alpha: soft))
        #expect(cutout.mask == mask(soft) && cutout.doubt == .transparency)
        let monochrome = try MaskReading(gray({ photograph($0, $1).max() }, alpha: disc))
        #expect(monochrome.mask == mask(disc) && monochrome.doubt == .transparency)
    }

    @Test func `the same mask in greys and alpha is not squared`() throws {
        let reading = try MaskReading(gray(soft, alpha: soft))
        #expect(reading.mask == mask(soft) && reading.doubt == nil)
    }

    @Test func `greys are the mask under an alpha that is full`() throws {
        let reading = try MaskReading(gray(soft, alpha: { _, _ in 1 }))
        #expect(reading.mask == mask(soft) && reading.doubt == nil)
    }

    @Test func `a soft mask whose black is transparent stays soft, and is told`() throws {
        let reading = try MaskReading(gray(soft, alpha: { soft($0, $1) > 0 ? 1 : 0 }))
        #expect(reading.mask == mask(soft) && reading.doubt == .alphaAndGrays)
    }

    @Test func `black and white under another alpha are multiplied, and told`() throws {
        let reading = try MaskReading(gray(disc, alpha: { x, _ in x < 50 ? 1 : 0 }))
        #expect(reading.mask == mask(disc) && reading.doubt == .alphaAndGrays)
    }

    // MARK: Colours

    @Test("one colour on black is the mask", arguments: [SIMD3(1, 0, 0), SIMD3(0.5, 0, 0), SIMD3(0.75, 0.5, 0.5)])
    func readsOneColor(color: SIMD3<Float>) throws {
        let reading = try MaskReading(picture { disc($0, $1) * color })
        #expect(reading.mask == mask(disc) && reading.doubt == .colors(1))
    }

    @Test func `one colour that fades to black is a soft mask`() throws {
        let reading = try MaskReading(picture { soft($0, $1) * SIMD3(1, 0, 0) })
        #expect(largestDifference(reading.mask, mask(soft)) < 1e-6)
        #expect(reading.doubt == .shades || reading.doubt == .colors(1))
    }

    @Test func `all labels on black belong to the object, and are told`() throws {
        func label(_ x: Int, _ y: Int) -> SIMD3<Float> {
            distance(x, y) < 10 ? SIMD3(0.75, 0.5, 0.5) : distance(x, y) < 12 ? SIMD3(0.88, 0.88, 0.75) : .zero
        }
        let reading = try MaskReading(picture(label))
        #expect(reading.mask == mask(disc) && reading.doubt == .colors(2))
        // Two of one hue, as VOC's aeroplane and cat.
        let alike = try MaskReading(picture { disc($0, $1) * SIMD3($0 < 28 ? 0.5 : 0.25, 0, 0) })
        #expect(alike.mask == mask(disc) && alike.doubt == .colors(2))
    }

    @Test func `a picture in colours is no mask`() throws {
        #expect(throws: NotAMask.self) { try MaskReading(picture(photograph)) }
        #expect(throws: NotAMask.self) {
            try MaskReading(picture { disc($0, $1) > 0 ? SIMD3(0.99, 0.9, 0.15) : SIMD3(0.27, 0, 0.33) })
        }
        #expect(throws: NotAMask.self) { try MaskReading(picture { SIMD3(1, 1 - disc($0, $1), 1 - disc($0, $1)) }) }
    }

    // MARK: Turned pictures

    /// A picture as it comes from a file with an orientation.
    private func turned(_ picture: Picture, _ orientation: UInt16) throws -> Picture {
        let exif = TestFile.exif((72, 1), (72, 1), unit: 2, orientation: orientation)
        return try Picture(
            decoding: TestFile.png(picture.encoded(), with: "eXIf", Array(exif.dropFirst(6))), path: "p")
    }

    @Test("a mask of a picture as it is stored is turned along", arguments: [5, 6, 7, 8] as [UInt16])
    func turnsAlong(orientation: UInt16) throws {
        let stored = gray { $0 < 20 && $1 < 12 ? 1 : 0 }
        let photograph = try turned(picture(photograph), orientation), upright = try turned(stored, orientation)
        let reading = try MaskReading(stored, of: [photograph])
        #expect(reading.isTurned)
        #expect(reading.mask == upright.mask)
        // The other way round: only the mask's file is turned, and wrongly so.
        let back = try MaskReading(upright, of: [picture(self.photograph)])
        #expect(back.isTurned)
        #expect(back.mask == stored.mask)
    }

    @Test func `a mask is not turned where it fits, or where nothing is turned`() throws {
        let stored = gray { $0 < 20 && $1 < 12 ? 1 : 0 }, photograph = picture(photograph)
        #expect(try !MaskReading(turned(stored, 6), of: [turned(photograph, 6)]).isTurned)
        #expect(try !MaskReading(turned(stored, 3), of: [photograph]).isTurned)
        let across = Picture(
            image: Image(width: 40, height: 60, values: Array(repeating: 1, count: 3 * size.pixelCount)))
        #expect(try !MaskReading(across, of: [photograph]).isTurned)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
