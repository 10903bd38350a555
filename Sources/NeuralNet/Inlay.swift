package import Tensors

/// Lays its input into a constant surround: h×w×C to H×W×C. The gradient is the part where the input lies.
package struct Inlay: FunctionNode {
    private let inner, outer: Region
    /// The surround's values row by row, without those that the input covers.
    private let surround: Tensor
    private let channels: Int

    /// Lays maps of the region `inner` into `outer`, which contains it; the surround is that part of the map
    /// `constant`, zeros beyond its edges.
    package init(_ inner: Region, in outer: Region, of constant: Tensor) {
        precondition(
            outer.grown(by: 0, within: inner) == inner, "\(inner) does not lie in \(outer)")
        self.inner = inner
        self.outer = outer
        channels = constant.shape[2]
        let c = channels
        let whole = outer.part(of: constant)
        let lines = Lines(inner, outer, channels: c)
        surround = Tensor(shape: [lines.offset(outer.rows.count)]) { out in
            whole.read { source in
                for row in 0..<outer.rows.count {
                    let (from, to) = (source + row * lines.width, out + lines.offset(row))
                    if lines.crosses(row) {
                        to.update(from: from, count: lines.left)
                        (to + lines.left).update(from: from + lines.left + lines.inner, count: lines.right)
                    } else {
                        to.update(from: from, count: lines.width)
                    }
                }
            }
        }
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Void) {
        let x = inputs[0]
        precondition(
            x.shape == [inner.rows.count, inner.columns.count, channels], "expected \(inner), got a map of \(x.shape)")
        let lines = Lines(inner, outer, channels: channels)
        let output = Tensor(shape: [outer.rows.count, outer.columns.count, channels]) { out in
            x.read { source in
                surround.read { surround in
                    parallelFor(outer.rows.count, inPartsOf: 16) { part in
                        for row in part {
                            let (to, around) = (out + row * lines.width, surround + lines.offset(row))
                            guard lines.crosses(row) else {
                                to.update(from: around, count: lines.width)
                                continue
                            }
                            to.update(from: around, count: lines.left)
                            (to + lines.left).update(from: source + (row - lines.top) * lines.inner, count: lines.inner)
                            (to + lines.left + lines.inner).update(from: around + lines.left, count: lines.right)
                        }
                    }
                }
            }
        }
        return (output, ())
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Void) -> [Tensor?] {
        let part = Region(
            columns: inner.columns.shifted(by: -outer.columns.lowerBound),
            rows: inner.rows.shifted(by: -outer.rows.lowerBound))
        return [part.part(of: outputGradient)]
    }

    /// How the rows of the outer region are made up, in values.
    private struct Lines {
        /// A whole row, and its parts left of, in and right of the inner region.
        let width, left, inner, right: Int
        /// The rows above and in the inner region.
        let top, height: Int

        init(_ inner: Region, _ outer: Region, channels: Int) {
            width = outer.columns.count * channels
            left = (inner.columns.lowerBound - outer.columns.lowerBound) * channels
            self.inner = inner.columns.count * channels
            right = width - left - self.inner
            top = inner.rows.lowerBound - outer.rows.lowerBound
            height = inner.rows.count
        }

        /// Whether the row meets the inner region.
        func crosses(_ row: Int) -> Bool { row >= top && row < top + height }

        /// Where a row's surround begins.
        func offset(_ row: Int) -> Int { row * width - min(max(row - top, 0), height) * inner }
    }
}

extension Range<Int> {
    fileprivate func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
