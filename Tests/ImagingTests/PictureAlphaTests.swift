import TestSupport
import Testing

@testable import Imaging

/// Pictures with alpha as PNG files, and objects cut out of pictures.
@Suite struct PictureAlphaTests {
    private let folder: TemporaryFolder
    private let size = Size(width: 13, height: 9)

    init() throws { folder = try TemporaryFolder() }

    private func alpha(steps: Float) -> Mask {
        let values = (0..<size.pixelCount).map { (i: Int) -> Float in Float(i * 37 % 256) / steps }
        return Mask(width: size.width, height: size.height, values: values)
    }

    /// A photograph's file, 13×9, with a profile and a depth.
    private func photograph(_ depth: ImageStorage.Depth, _ profile: [UInt8]?) throws -> Picture {
        let storage = ImageStorage(
            depth: depth, profile: try profile.map { try ColorProfile(icc: $0) },
            resolution: Resolution(x: 300, y: 300, unit: .inch))
        let image = TestPicture.exact(width: size.width, height: size.height)
        try image.write(to: folder.path("photo.png"), storage: storage)
        return try Picture.read(folder.path("photo.png"))
    }

    @Test("colours and alpha come back to the bit", arguments: [ImageStorage.Depth.eight, .sixteen])
    func roundTrip(depth: ImageStorage.Depth) throws {
        let picture = Picture(
            image: TestPicture.exact(width: 13, height: 9), alpha: alpha(steps: 255),
            storage: ImageStorage(depth: depth))
        try picture.write(to: folder.path("p.png"))
        let again = try Picture.read(folder.path("p.png"))
        #expect(again.image == picture.image && again.alpha == picture.alpha && again.storage.depth == depth)
    }

    @Test func `a picture without alpha gets none`() throws {
        try Picture(image: TestPicture.exact(width: 13, height: 9)).write(to: folder.path("p.png"))
        #expect(try Picture.read(folder.path("p.png")).alpha == nil)
    }

    @Test(
        "a cut object is the one in its file, and keeps depth, profile and resolution",
        arguments: [ImageStorage.Depth.eight, .sixteen], [nil, TestProfile.wide])
    func cutOut(depth: ImageStorage.Depth, profile: [UInt8]?) throws {
        let photograph = try photograph(depth, profile)
        let region = Region(columns: 3..<9, rows: 2..<8)
        var colors = region.part(of: photograph.image)
        colors[1, 1] = SIMD3(0.2345, 0.5, 0.7)
        let object = photograph.cutOut(Overlay(colors, at: region.origin), alpha: alpha(steps: 300))
        try object.write(to: folder.path("object.png"))
        let again = try Picture.read(folder.path("object.png"))
        #expect(again.image == object.image && again.alpha == object.alpha)
        #expect(again.storage.profile == photograph.storage.profile && again.storage.depth == depth)
        #expect(again.storage.resolution?.x == photograph.storage.resolution?.rounded(for: .png)?.x)

        // What the overlay does not change are the photograph's own samples; around it all is black.
        let own = photograph.unmanaged ?? photograph.image, result = again.unmanaged ?? again.image
        for y in 0..<size.height {
            for x in 0..<size.width where (x, y) != (4, 3) {
                let isInside = region.columns.contains(x) && region.rows.contains(y)
                #expect(result[x, y] == (isInside ? own[x, y] : .zero), "at \(x),\(y)")
            }
        }
        #expect(abs(again.image[4, 3].x - 0.2345) < 0.01)
    }
}
