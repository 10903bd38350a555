package import Imaging
package import NeuralNet
package import Tensors

/// The style of a whole painting, or of a region of it: its Gram matrices, and the features that are searched.
///
/// The painting is read in bands. What a pass with matched features needs of all of it is computed once; passes from
/// later starts share it. The bands of the searched taps are kept if they are small, and read anew for each search in a
/// large painting.
package struct PaintingStyle: Sendable {
    /// The region, in pixels of the painting. Features beyond it count as zeros.
    package let region: Region
    /// The Gram matrix of all features in the region, at each tap of ``StyleTargets/secondTaps``.
    package let grams: [VGG16.Tap: Tensor]

    private let painting: Image
    private let network: VGG16
    private let bandPixels: Int
    private let isCancelled: @Sendable () -> Bool
    /// The bands of the searched taps; nil where they are read anew.
    private let kept: [Band]?

    /// The number of features up to which the bands are kept: 64 MiB.
    package static let largestKept = 1 << 24

    /// Rows of a tap: the part in the region.
    private struct Band: Sendable {
        let tap: VGG16.Tap
        /// The first row, counted from the region's first.
        let first: Int
        let features: Tensor
    }

    /// Reads `region` of `painting` (nil: all) by `network`, whose features are divided by the tap scale.
    ///
    /// - Parameters:
    ///   - taps: the searched taps.
    ///   - bandPixels: the approximate number of pixels of a band.
    ///   - keptCount: the number of features of the searched taps up to which their bands are kept.
    package init(
        of painting: Image, in region: Region? = nil, network: VGG16, searching taps: [VGG16.Tap],
        bandPixels: Int = VGG16.bandPixels, keptCount: Int = largestKept,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(HarmonizationError) {
        let frame = Region.whole(of: painting.size)
        let region = (region ?? frame).clamped(to: frame)
        precondition(
            min(region.columns.count, region.rows.count) >= VGG16.smallestSide,
            "a style of \(region.size) in a painting of \(painting.size)")
        self.region = region
        (self.painting, self.network) = (painting, network)
        (self.bandPixels, self.isCancelled) = (bandPixels, isCancelled)
        let count = taps.reduce(0) {
            let size = region.halved($1.depth).size
            return $0 + size.width * size.height * (network.channels[$1] ?? 0)
        }
        var grams: [VGG16.Tap: Tensor] = [:], bands: [Band] = []
        let keeps = count <= keptCount
        try network.bands(
            of: painting, in: region, at: StyleTargets.secondTaps, pixels: bandPixels, isCancelled
        ) { tap, first, features in
            let channels = features.shape[2]
            Gram.add(features, to: &grams[tap, default: Tensor(shape: [channels, channels], repeating: 0)])
            if keeps, taps.contains(tap) { bands.append(Band(tap: tap, first: first, features: features)) }
        }
        for tap in StyleTargets.secondTaps {
            let size = region.halved(tap.depth).size
            grams[tap]?.scale(by: Float(1 / Double(size.width * size.height)))
        }
        self.grams = grams
        kept = keeps ? bands : nil
    }

    /// Calls `body` with the features of `taps`, which are searched, in the region: the tap, the first row and the
    /// rows, n×W×C. Those of a tap come from top to bottom.
    func bands(
        at taps: [VGG16.Tap], _ body: (VGG16.Tap, Int, Tensor) -> Void
    ) throws(HarmonizationError) {
        guard let kept else {
            return try network.bands(
                of: painting, in: region, at: taps, pixels: bandPixels, isCancelled, body)
        }
        for band in kept where taps.contains(band.tap) { body(band.tap, band.first, band.features) }
    }
}

/// The part of a tap that a style covers.
struct StyleFrame {
    let region: Region
    /// The width of the whole tap.
    private let width: Int

    init(of style: Region, at tap: VGG16.Tap, _ composition: Composition) {
        region = style.halved(tap.depth)
        width = composition.size(of: tap).width
    }

    /// The flat index into the whole tap of a position of the part.
    func whole(_ position: Int) -> Int {
        let (y, x) = (position / region.columns.count, position % region.columns.count)
        return (y + region.rows.lowerBound) * width + x + region.columns.lowerBound
    }

    /// The position of the part nearest to a flat index into the whole tap.
    func nearest(_ index: Int) -> Int {
        func clamped(_ i: Int, _ range: Range<Int>) -> Int {
            min(max(i, range.lowerBound), range.upperBound - 1) - range.lowerBound
        }
        return clamped(index / width, region.rows) * region.columns.count + clamped(index % width, region.columns)
    }
}
