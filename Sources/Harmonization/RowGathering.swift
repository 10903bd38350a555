package import Tensors

/// Gathers the features at given positions (n×C) of a feature map that is streamed in bands of rows.
package struct RowGathering {
    /// The features, in the order of the positions.
    package private(set) var rows: Tensor

    private let positions: [Int]
    /// The indices into `positions` in ascending order of position, and the number of those gathered so far.
    private let order: [Int]
    private var gathered = 0

    /// A gathering at `positions` (flat indices y·W + x) of a map of C = `channels`.
    package init(_ positions: [Int], channels: Int) {
        self.positions = positions
        order = positions.indices.sorted { positions[$0] < positions[$1] }
        rows = Tensor(shape: [positions.count, channels], repeating: 0)
    }

    /// Gathers from the rows of the map from `first` on, n×W×C. Bands have to be added from top to bottom.
    package mutating func add(_ band: Tensor, first: Int) {
        let (width, channels) = (band.shape[1], band.shape[2])
        precondition(channels == rows.shape[1], "expected \(rows.shape[1]) channels, got \(band.shape)")
        let positions = positions, start = first * width, end = start + band.shape[0] * width
        let here = order[gathered...].prefix { positions[$0] < end }
        gathered = here.endIndex
        rows.write { out in
            band.read { source in
                parallelFor(here.count, inPartsOf: 1024) { part in
                    for place in here[here.startIndex + part.lowerBound..<here.startIndex + part.upperBound] {
                        (out + place * channels).update(
                            from: source + (positions[place] - start) * channels, count: channels)
                    }
                }
            }
        }
    }
}
