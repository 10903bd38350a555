internal import Compute
internal import Geometry

/// The painting's values by which its patches are compared (``GuidePlanes``), in tiles, of which only those are stored
/// that matches lie in.
struct PatchSource: Sendable {
    /// The centres of patches that lie wholly inside.
    let centres: Region
    /// The values between the rows of a tile.
    let stride: Int

    /// n/2.
    private let radius: Int
    /// The base-2 logarithm of a tile's side.
    private let shift: Int
    /// For each tile of the painting, its place among those stored; −1 if it is not.
    private let places: [Int32]
    private let tilesAcross: Int
    /// The centres and the values of a tile, with the margin of n/2 pixels that patches extend to.
    private let tileCentres, tileValues: Int
    private let values: FloatBuffer

    /// The side of a tile in a large painting, as a power of two.
    static let tileShift = 6

    /// The source of all of a painting of `size` with `planes`.
    init(_ planes: GuidePlanes, of size: Size, _ weights: GuideWeights, side: Int) {
        self.init(size, side: side, shift: 62, places: [0]) { part, out, stride in
            planes.interleave(part, into: out, stride: stride, weights)
        }
    }

    /// The tiles of a painting of `size` that contain a match of `field`; `planes` gives the planes of a region of the
    /// painting.
    init(
        tilesOf field: PatchField, in size: Size, _ weights: GuideWeights, planes: (Region) -> GuidePlanes
    ) {
        let side = 1 << Self.tileShift, across = (size.width + side - 1) / side
        var places = [Int32](repeating: -1, count: across * ((size.height + side - 1) / side))
        for centre in field.centres where centre.x >= 0 {
            places[(Int(centre.y) >> Self.tileShift) * across + Int(centre.x) >> Self.tileShift] = 0
        }
        var next: Int32 = 0
        for i in places.indices where places[i] == 0 { (places[i], next) = (next, next + 1) }
        let reach = GuidePlanes.reach(weights, scale: 1)
        self.init(size, side: field.side, shift: Self.tileShift, places: places) { part, out, stride in
            let known = part.grown(by: reach, within: .whole(of: size))
            planes(known).interleave(part.seen(from: known.origin), into: out, stride: stride, weights)
        }
    }

    private init(
        _ size: Size, side: Int, shift: Int, places: [Int32],
        fill: (Region, UnsafeMutablePointer<Float>, _ stride: Int) -> Void
    ) {
        let radius = side / 2, tile = shift < 62 ? Size(width: 1 << shift, height: 1 << shift) : size
        let wide = Size(width: tile.width + 2 * radius, height: tile.height + 2 * radius)
        centres = Region(columns: radius..<size.width - radius, rows: radius..<size.height - radius)
        stride = wide.width * GuidePlanes.channels
        (self.radius, self.shift, self.places) = (radius, shift, places)
        tilesAcross = (size.width + tile.width - 1) / tile.width
        (tileCentres, tileValues) = (tile.pixelCount, wide.pixelCount * GuidePlanes.channels)
        let (across, count, rowStride) = (tilesAcross, tileValues, stride)
        values = FloatBuffer(count: count * places.count { $0 >= 0 }) { out in
            for (i, place) in places.enumerated() where place >= 0 {
                let origin = Point(x: i % across * tile.width - radius, y: i / across * tile.height - radius)
                fill(Region(origin: origin, size: wide), out + Int(place) * count, rowStride)
            }
        }
    }

    /// The number of places of ``locate(_:)``.
    var count: Int { tileCentres * (places.max().map { Int($0) + 1 } ?? 0) }

    /// The place of a centre among all that are stored, and the offset of its patch's top-left value; nil where its
    /// tile is not stored. The centre must be one of ``centres``.
    func locate(_ centre: SIMD2<Int32>) -> (place: Int, offset: Int)? {
        let (x, y) = (Int(centre.x), Int(centre.y))
        let column = x >> shift, row = y >> shift
        let tile = Int(places[row * tilesAcross + column])
        guard tile >= 0 else { return nil }
        let (u, v) = (x - column << shift, y - row << shift)
        return (
            tile * tileCentres + v * (stride / GuidePlanes.channels - 2 * radius) + u,
            tile * tileValues + v * stride + u * GuidePlanes.channels
        )
    }

    /// Calls `body` with the values.
    func read<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result { try values.read(body) }
}
