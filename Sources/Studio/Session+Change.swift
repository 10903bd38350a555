internal import Geometry

extension Session {
    /// A change by a page: each part that is there replaces the state's.
    struct Change: Decodable, Sendable {
        struct Cut: Decodable {
            let box: [Int]?
            let strokes: [Stroke]
        }

        let tab: String
        let place: PlaceState?
        let settings: SettingsState?
        let cut: Cut?

        /// Whether the values are in the ranges in which they can be worked with, for pictures of these sizes.
        func isSensible(painting: Size?, photograph: Size?) -> Bool {
            (place?.isSensible ?? true) && (settings?.isSensible(in: painting) ?? true)
                && (cut?.isSensible(in: photograph) ?? true)
        }
    }
}

extension Session.Change.Cut {
    fileprivate func isSensible(in photograph: Size?) -> Bool {
        guard let size = photograph else { return false }
        if let box {
            guard box.count == 4, box.allSatisfy({ 0...1_000_000 ~= $0 }), box[2] > 1, box[3] > 1,
                box[0] + box[2] <= size.width, box[1] + box[3] <= size.height
            else { return false }
        }
        guard strokes.count <= 2000 else { return false }
        return strokes.allSatisfy { stroke in
            0.1...5000 ~= stroke.radius && stroke.points.count <= 20_000 && stroke.points.count >= 2
                && stroke.points.count.isMultiple(of: 2) && stroke.points.allSatisfy { abs($0) <= 1_000_000 }
        }
    }
}
