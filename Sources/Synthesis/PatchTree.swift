internal import Compute
internal import Geometry

/// A k-d tree (Bentley 1975) over descriptors of a painting's patches, searched best bin first (Beis and Lowe 1997).
///
/// The descriptor of an n×n patch of 8 channels has 24 values: the projections of each channel on three orthonormal
/// Walsh–Hadamard patterns (Hel-Or and Hel-Or 2005): constant, left against right half, upper against lower half.
/// Distances of descriptors are therefore at most those of the patches.
struct PatchTree: Sendable {
    /// The descriptors' number of values.
    static let dimensions = 24

    /// The centres of the patches, in the order of the leaves, and their descriptors.
    private var centres: [SIMD2<Int32>] = []
    private var descriptors: [Descriptor] = []
    private var nodes: [Node] = []

    private static let leafSize = 16

    /// The three patterns of each of the 8 channels.
    struct Descriptor {
        var mean = SIMD8<Float>.zero, across = SIMD8<Float>.zero, down = SIMD8<Float>.zero

        subscript(index: Int) -> Float {
            index < 8 ? mean[index] : index < 16 ? across[index - 8] : down[index - 16]
        }

        func distance(to other: Descriptor) -> Float {
            let (a, b, c) = (mean - other.mean, across - other.across, down - other.down)
            return (a * a + b * b + c * c).sum()
        }
    }

    /// An inner node splits at `value` in `dimension`; the left child follows it. A leaf has dimension −1 and the range
    /// of its patches.
    private struct Node {
        var dimension: Int32
        var value: Float = 0
        var first: Int32 = 0, end: Int32 = 0
    }

    /// The tree of the patches of `source` with centres in `region` at every `step`-th column and row.
    init(_ source: PatchSource, side: Int, centres region: Region, step: Int) {
        let columns = Array(stride(from: region.columns.lowerBound, to: region.columns.upperBound, by: step))
        let rows = Array(stride(from: region.rows.lowerBound, to: region.rows.upperBound, by: step))
        let centres = rows.flatMap { y in columns.map { SIMD2(Int32($0), Int32(y)) } }
        var descriptors = [Descriptor](repeating: Descriptor(), count: centres.count)
        descriptors.withUnsafeMutableBufferPointer { out in
            nonisolated(unsafe) let out = out
            source.read { values in
                parallelFor(centres.count, inPartsOf: 512) { part in
                    for i in part {
                        guard let offset = source.locate(centres[i])?.offset else { continue }
                        out[i] = Self.descriptor(values + offset, stride: source.stride, side: side)
                    }
                }
            }
        }
        var order = Array(0..<Int32(centres.count))
        build(&order, 0..<order.count, descriptors)
        self.centres = order.map { centres[Int($0)] }
        self.descriptors = order.map { descriptors[Int($0)] }
    }

    /// The descriptor of the patch whose top-left pixel is at `patch`.
    static func descriptor(_ patch: UnsafePointer<Float>, stride: Int, side: Int) -> Descriptor {
        let radius = side / 2
        var result = Descriptor()
        for y in 0..<side {
            let row = UnsafeRawPointer(patch + y * stride)
            var left = SIMD8<Float>.zero, right = SIMD8<Float>.zero
            for x in 0..<radius {
                left += row.loadUnaligned(fromByteOffset: 32 * x, as: SIMD8<Float>.self)
                right += row.loadUnaligned(fromByteOffset: 32 * (x + radius + 1), as: SIMD8<Float>.self)
            }
            let all = left + right + row.loadUnaligned(fromByteOffset: 32 * radius, as: SIMD8<Float>.self)
            result.mean += all
            result.across += right - left
            if y < radius { result.down -= all } else if y > radius { result.down += all }
        }
        result.mean *= 1 / Float(side)
        let half = 1 / Float(max(side * (side - 1), 1)).squareRoot()
        result.across *= half
        result.down *= half
        return result
    }

    private mutating func build(_ order: inout [Int32], _ range: Range<Int>, _ descriptors: [Descriptor]) {
        let node = nodes.count
        guard range.count > Self.leafSize else {
            nodes.append(Node(dimension: -1, first: Int32(range.lowerBound), end: Int32(range.upperBound)))
            return
        }
        // The dimension of largest variance, of at most some hundred samples.
        let samples = stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / 128))
        var (mean, squares, count) = (Descriptor(), Descriptor(), Float(0))
        for i in samples {
            let d = descriptors[Int(order[i])]
            mean.mean += d.mean
            mean.across += d.across
            mean.down += d.down
            squares.mean += d.mean * d.mean
            squares.across += d.across * d.across
            squares.down += d.down * d.down
            count += 1
        }
        let spreads = (0..<Self.dimensions).map { squares[$0] - mean[$0] * mean[$0] / count }
        let dimension = spreads.indices.max { spreads[$0] < spreads[$1] } ?? 0
        let middle = range.lowerBound + range.count / 2
        order.withUnsafeMutableBufferPointer { order in
            Self.select(middle, of: order, range) { descriptors[Int($0)][dimension] }
        }
        nodes.append(Node(dimension: Int32(dimension), value: descriptors[Int(order[middle])][dimension]))
        build(&order, range.lowerBound..<middle, descriptors)
        nodes[node].first = Int32(nodes.count)
        build(&order, middle..<range.upperBound, descriptors)
    }

    /// Partially sorts `range` so that the element at `middle` has its place in ascending order of keys (Hoare 1961).
    private static func select(
        _ middle: Int, of order: UnsafeMutableBufferPointer<Int32>, _ range: Range<Int>, _ key: (Int32) -> Float
    ) {
        var (low, high) = (range.lowerBound, range.upperBound - 1)
        while low < high {
            let pivot = key(order[(low + high) / 2])
            var (i, j) = (low, high)
            while i <= j {
                while key(order[i]) < pivot { i += 1 }
                while key(order[j]) > pivot { j -= 1 }
                if i <= j {
                    order.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { high = j } else if middle >= i { low = i } else { return }
        }
    }

    /// The centres of the `count` nearest patches found in `leaves` leaves, nearest first.
    func nearest(
        to descriptor: Descriptor, count: Int, leaves: Int, into result: inout [SIMD2<Int32>], _ scratch: inout Scratch
    ) {
        scratch.pending.removeAll(keepingCapacity: true)
        scratch.found.removeAll(keepingCapacity: true)
        var (node, bound, visited) = (0, Float(0), 0)
        while true {
            // Down to a leaf, keeping the far sides for later.
            while nodes[node].dimension >= 0 {
                let split = nodes[node], difference = descriptor[Int(split.dimension)] - split.value
                let (near, far) = difference < 0 ? (node + 1, Int(split.first)) : (Int(split.first), node + 1)
                scratch.pending.append((max(bound, difference * difference), Int32(far)))
                node = near
            }
            for i in Int(nodes[node].first)..<Int(nodes[node].end) {
                let distance = descriptors[i].distance(to: descriptor)
                guard scratch.found.count < count || distance < scratch.found[count - 1].0 else { continue }
                let place = scratch.found.firstIndex { distance < $0.0 } ?? scratch.found.count
                scratch.found.insert((distance, Int32(i)), at: place)
                if scratch.found.count > count { scratch.found.removeLast() }
            }
            visited += 1
            guard visited < leaves,
                let next = scratch.pending.indices.min(by: { scratch.pending[$0].0 < scratch.pending[$1].0 })
            else { break }
            let entry = scratch.pending.remove(at: next)
            if scratch.found.count == count, entry.0 >= scratch.found[count - 1].0 { break }
            (bound, node) = (entry.0, Int(entry.1))
        }
        result.removeAll(keepingCapacity: true)
        for (_, i) in scratch.found { result.append(centres[Int(i)]) }
    }

    /// The memory of a search.
    struct Scratch {
        fileprivate var pending: [(Float, Int32)] = [], found: [(Float, Int32)] = []
    }
}
