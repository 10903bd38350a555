internal import CGrabCut
internal import Geometry

/// OpenCV's GrabCut on pictures of 8-bit RGB samples.
struct GrabCut {
    /// The label of a pixel, as the C module has it.
    enum Label: UInt8 {
        case background, object, maybeBackground, maybeObject

        /// Whether a label is one of the two that say object.
        static func isObject(_ label: UInt8) -> Bool { label & 1 == 1 }
    }

    private let models: cgrabcut_models

    /// Learns the colours of object and background from `labels`, of at least one pixel each, and settles those that
    /// are only maybe so.
    init(_ pixels: [UInt8], _ size: Size, iterations: Int, labels: inout [UInt8]) throws(CutError) {
        var models = cgrabcut_models()
        try Self.call { message in
            cgrabcut_segment(
                pixels, Int32(size.width), Int32(size.height), Int32(iterations), &labels, &models, message)
        }
        self.models = models
    }

    /// Settles the labels that are only maybe so, by the colours that were learned; where there are `shares`, one for
    /// each pixel, by these only in part, and otherwise by those of `other`.
    func refine(
        _ pixels: [UInt8], _ size: Size, labels: inout [UInt8], other: GrabCut? = nil, shares: [Float]? = nil
    ) throws(CutError) {
        var models = models, others = (other ?? self).models
        try Self.call { message in
            cgrabcut_refine(
                pixels, Int32(size.width), Int32(size.height), &models, &others, shares, &labels, message)
        }
    }

    /// For each pixel, how far it is from `seeds`, in pixels; an edge of the picture on the way counts as `edge`.
    static func distances(
        from seeds: [Bool], _ pixels: [UInt8], _ size: Size, edge: Double
    ) throws(CutError) -> [Float] {
        var distances = [Float](repeating: 0, count: seeds.count)
        let seeds: [UInt8] = seeds.map { $0 ? 1 : 0 }
        try call { message in
            cgrabcut_distances(pixels, Int32(size.width), Int32(size.height), seeds, edge, &distances, message)
        }
        return distances
    }

    private static func call(_ body: (UnsafeMutablePointer<CChar>) -> cgrabcut_status) throws(CutError) {
        var message = [CChar](repeating: 0, count: Int(cgrabcut_message_size))
        var status = cgrabcut_ok
        message.withUnsafeMutableBufferPointer { message in
            if let base = message.baseAddress { status = body(base) }
        }
        switch status {
        case cgrabcut_ok: return
        case cgrabcut_out_of_memory: throw .outOfMemory
        default: throw .failed(reason: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
        }
    }
}
