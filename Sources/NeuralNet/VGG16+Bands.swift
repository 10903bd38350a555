internal import Geometry
package import Tensors

extension VGG16 {
    /// Computes the features of a picture of `height`×`width` pixels in bands of rows, for a picture whose features do
    /// not fit in memory.
    ///
    /// Each layer keeps the last rows that its next output rows need, so nothing is computed twice. The features are
    /// those of ``features(of:at:)``; memory is that of a few rows of each layer.
    /// - Parameters:
    ///   - rows: the number of rows of the picture in a band.
    ///   - taps: the taps of the wanted features.
    ///   - picture: the H×W×3 rows of a range (sRGB 0…1).
    ///   - body: called with a tap, the first row of a band there and the band, n×⌊W/2^depth⌋×C with n > 0. The bands
    ///     of a tap come from top to bottom and cover all of its rows. An error that it throws is rethrown.
    package func bands<Failure: Error>(
        height: Int, width: Int, rows: Int, at taps: [Tap], of picture: (Range<Int>) -> Tensor,
        _ body: (Tap, Int, Tensor) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(
            min(height, width) >= Self.smallestSide && rows > 0, "cannot read \(height)×\(width) in bands of \(rows)")
        guard let last = steps.lastIndex(where: { $0.tap.map(taps.contains) ?? false }) else { return }
        var layers = steps[...last].map(BandLayer.init)
        for first in stride(from: 0, to: height, by: rows) {
            let part = first..<min(height, first + rows)
            var band = normalization.value(picture(part))
            for index in layers.indices {
                band = layers[index].push(consume band, isLast: part.upperBound == height)
                if let tap = steps[index].tap, taps.contains(tap), band.shape[0] > 0 {
                    try body(tap, layers[index].rowsGiven - band.shape[0], band)
                }
            }
        }
    }
}

/// A step of the network that is fed its input in bands of rows from top to bottom.
private struct BandLayer {
    private let step: VGG16.Step
    /// The last rows of the input, from the one above the next output row on.
    private var kept: Tensor?
    /// The rows of input, and the outputs before any pooling, so far.
    private var rowsTaken = 0, rowsMade = 0

    init(_ step: VGG16.Step) { self.step = step }

    /// The rows of output so far.
    var rowsGiven: Int { step.pools ? rowsMade / 2 : rowsMade }

    /// The rows of output that the next rows of input complete; there may be none.
    mutating func push(_ band: consuming Tensor, isLast: Bool) -> Tensor {
        let block = if let kept { kept.followed(by: band) } else { band }
        let width = block.shape[1]
        rowsTaken += block.shape[0] - (kept?.shape[0] ?? 0)
        // An output needs the row below, and a pooling pairs of outputs.
        let ready = rowsTaken - (isLast ? 0 : 1) - rowsMade
        let count = max(0, step.pools ? ready / 2 * 2 : ready)
        let first = rowsTaken - block.shape[0]
        let window = PreparedKernel.Window(top: rowsMade - 1 - first, left: -1, height: count, width: width)
        rowsMade += count
        kept = block.rows(max(0, rowsMade - 1 - first)..<block.shape[0])
        guard count > 0 else {
            return Tensor(shape: [0, step.pools ? width / 2 : width, step.layer.channels], repeating: 0)
        }
        return step.layer.giving(window).value(block)
    }
}

extension Tensor {
    /// Rows of an H×W×C map.
    fileprivate func rows(_ range: Range<Int>) -> Tensor {
        Region(columns: 0..<shape[1], rows: range).part(of: self)
    }

    /// This H×W×C map with the rows of another below.
    fileprivate func followed(by other: Tensor) -> Tensor {
        precondition(shape[1...] == other.shape[1...], "rows of \(other.shape) cannot follow those of \(shape)")
        return Tensor(shape: [shape[0] + other.shape[0], shape[1], shape[2]]) { out in
            read { out.update(from: $0, count: count) }
            other.read { (out + count).update(from: $0, count: other.count) }
        }
    }
}
