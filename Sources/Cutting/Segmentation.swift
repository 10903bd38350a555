internal import Foundation
internal import Imaging

/// The object in a scene's frame as a binary mask, at the size at which it was segmented.
struct Segmentation {
    /// 1 for the object, at the size of the segmentation.
    let mask: Mask

    /// The long sides of the sizes at which the frame is segmented, where it is larger.
    private static let sides = [200, 500, 1000]
    /// The most iterations at the first size.
    private static let iterations = 4
    /// How far a stroke reaches, and how much of that an edge takes, in shares of the frame's long side.
    private static let reach = 0.2, edge = 0.15

    init(of scene: CutScene) throws(CutError) {
        let longSide = max(scene.frame.size.width, scene.frame.size.height)
        var levels = [SegmentationLevel(of: scene, longSide: min(longSide, Self.sides[Self.sides.count - 1]))]
        for side in Self.sides.reversed() where side < levels[0].longSide {
            levels.insert(levels[0].reduced(toLongSide: side), at: 0)
        }
        guard let labels = levels[0].startingLabels else {
            mask = Mask(levels[0].hints.map { $0 == Hint.object.rawValue }, levels[0].size)
            return
        }
        let strokes = levels[0].strokes
        var starts = [labels]
        if strokes != nil, let unmended = levels[0].withoutStrokes.startingLabels { starts.append(unmended) }
        let learned = try Self.learned(from: starts, of: levels[0])
        var found = learned[0].labels
        let shares = try strokes.flatMap { strokes throws(CutError) -> Mask? in
            learned.count > 1 ? try Self.shares(of: strokes, in: levels[0]) : nil
        }
        // What was taken for background above, or is told by strokes, is settled in a small picture as well.
        if levels.count == 1, levels[0].lacksBackground || shares != nil { levels.append(levels[0]) }
        for (index, level) in levels.enumerated().dropFirst() {
            // The first of the sizes that follow finds what the smallest was too coarse for, anywhere in the box.
            found = level.labels(after: found, of: levels[index - 1].size, isWhole: index == 1)
            try learned[0].cut.refine(
                level.pixels, level.size, labels: &found, other: learned.last?.cut,
                shares: shares?.resampled(to: level.size).values.map(\.clampedToUnit))
        }
        let last = levels[levels.count - 1]
        mask = Mask(
            Regions.cleaned(
                found.map(GrabCut.Label.isObject), last.size, keep: last.hints.map { $0 == Hint.object.rawValue }),
            last.size)
    }

    /// Learns from each of `starts`, all at a time.
    private static func learned(
        from starts: [[UInt8]], of level: SegmentationLevel
    ) throws(CutError) -> [(cut: GrabCut, labels: [UInt8])] {
        var results = starts.map { _ in Result<(cut: GrabCut, labels: [UInt8]), CutError>.failure(.outOfMemory) }
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results
            parallelFor(starts.count) { i in
                results[i] = Result { () throws(CutError) in
                    var labels = starts[i]
                    let cut = try GrabCut(level.pixels, level.size, iterations: iterations, labels: &labels)
                    return (cut, labels)
                }
            }
        }
        return try results.map { result throws(CutError) in try result.get() }
    }

    /// How much the colours learned with `strokes` count: all of it on a stroke, and ever less away from it, soonest
    /// across an edge.
    ///
    /// exp(−(d / reach)²), where d is the distance by `cgrabcut_distances`. Far away the object is cut out as without
    /// strokes: what was right there stays so, even where it has the colours of a stroke.
    private static func shares(of strokes: [Bool], in level: SegmentationLevel) throws(CutError) -> Mask {
        let side = Double(level.longSide), reach = Float(Self.reach * side)
        let distances = try GrabCut.distances(from: strokes, level.pixels, level.size, edge: edge * side)
        return Mask(
            width: level.size.width, height: level.size.height,
            values: distances.map { exp(-($0 / reach) * ($0 / reach)) })
    }

    /// The mask at the size of the scene's frame, with what is known of each pixel.
    func mask(of scene: CutScene) -> Mask {
        var result = mask.resampled(to: scene.frame.size)
        result.values.write { values in
            parallelFor(result.height) { y in
                for x in 0..<result.width {
                    let i = y * result.width + x
                    switch scene.hint(x: x + scene.frame.columns.lowerBound, y: y + scene.frame.rows.lowerBound) {
                    case .open: values[i] = values[i] > 0.5 ? 1 : 0
                    case .object: values[i] = 1
                    case .background: values[i] = 0
                    }
                }
            }
        }
        return result
    }

    /// How much longer the outline is than that of the mask smoothed over 7×7 pixels; 1 where there is neither.
    var roughness: Double {
        let smooth = Regions.shares(of: mask.values.map { $0 > 0.5 }, mask.size, radius: 3).map { $0 > 0.5 }
        let length = Regions.outline(of: smooth, mask.size)
        return length > 0 ? Double(Regions.outline(of: mask.values.map { $0 > 0.5 }, mask.size)) / Double(length) : 1
    }
}

extension Mask {
    fileprivate init(_ values: [Bool], _ size: Size) {
        self.init(width: size.width, height: size.height, values: values.map { $0 ? 1 : 0 })
    }
}

/// A scene's frame at one size.
struct SegmentationLevel {
    let size: Size
    /// The RGB samples, and the raw values of the hints.
    let pixels, hints: [UInt8]
    /// The pixels that are in the scene's box.
    private let box: Region
    private let image: Image

    var longSide: Int { max(size.width, size.height) }

    /// The frame of a scene, reduced.
    init(of scene: CutScene, longSide: Int) {
        let frame = scene.frame
        let image = frame.part(of: scene.photograph).reduced(toLongSide: longSide)
        let hints = [UInt8](unsafeUninitializedCapacity: frame.size.pixelCount) { hints, count in
            count = frame.size.pixelCount
            for (i, y) in frame.rows.enumerated() {
                for (j, x) in frame.columns.enumerated() {
                    hints[i * frame.size.width + j] = scene.hint(x: x, y: y).rawValue
                }
            }
        }
        let box = scene.box.seen(from: frame.origin)
        self.init(
            image, hints: Self.reduced(hints, from: frame.size, to: image.size),
            box: Self.reduced(box, from: frame.size, to: image.size))
    }

    private init(_ image: Image, hints: [UInt8], box: Region) {
        (self.image, self.hints, self.box, size) = (image, hints, box, image.size)
        pixels = image.values.map { UInt8($0.clampedToUnit * 255 + 0.5) }
    }

    /// The level of a scene without strokes.
    var withoutStrokes: Self {
        let hints = (0..<size.pixelCount).map { boxHint($0).rawValue }
        return Self(image, hints: hints, box: box)
    }

    /// The pixels whose hints come from strokes; nil where there are none.
    var strokes: [Bool]? {
        let strokes = hints.indices.map { hints[$0] != boxHint($0).rawValue }
        return strokes.contains(true) ? strokes : nil
    }

    private func boxHint(_ i: Int) -> Hint {
        box.columns.contains(i % size.width) && box.rows.contains(i / size.width) ? .open : .background
    }

    func reduced(toLongSide side: Int) -> Self {
        let image = image.reduced(toLongSide: side)
        return Self(
            image, hints: Self.reduced(hints, from: size, to: image.size),
            box: Self.reduced(box, from: size, to: image.size))
    }

    /// The pixels of a smaller size onto which nothing falls but what is in a region.
    private static func reduced(_ region: Region, from size: Size, to newSize: Size) -> Region {
        func reduced(_ range: Range<Int>, _ length: Int, _ newLength: Int) -> Range<Int> {
            let start = range.lowerBound == 0 ? 0 : (range.lowerBound - 1) * newLength / length + 1
            return start..<max(start, range.upperBound * newLength / length)
        }
        return Region(
            columns: reduced(region.columns, size.width, newSize.width),
            rows: reduced(region.rows, size.height, newSize.height))
    }

    /// Hints at a smaller size: a stroke stays in sight however thin it is. Where strokes of both kinds fall onto one
    /// pixel, it is open.
    private static func reduced(_ hints: [UInt8], from size: Size, to newSize: Size) -> [UInt8] {
        guard newSize != size else { return hints }
        var kinds = [UInt8](repeating: 0, count: newSize.pixelCount)
        for y in 0..<size.height {
            let row = y * newSize.height / size.height * newSize.width
            for x in 0..<size.width {
                kinds[row + x * newSize.width / size.width] |= 1 << hints[y * size.width + x]
            }
        }
        let background: UInt8 = 1 << Hint.background.rawValue, object: UInt8 = 1 << Hint.object.rawValue
        return kinds.map { kind in
            switch (kind & object != 0, kind & background != 0) {
            case (true, false): Hint.object.rawValue
            case (false, true): Hint.background.rawValue
            default: Hint.open.rawValue
            }
        }
    }

    /// Whether nothing is known to be background.
    var lacksBackground: Bool { !hints.contains(Hint.background.rawValue) }

    /// The labels to learn from; nil where all pixels are known.
    ///
    /// Where nothing is known to be background, a narrow frame is at first taken for it.
    var startingLabels: [UInt8]? {
        guard hints.contains(Hint.open.rawValue) else { return nil }
        var labels = hints.map { $0 == Hint.open.rawValue ? GrabCut.Label.maybeObject.rawValue : $0 }
        if lacksBackground {
            let width = max(1, longSide / 50)
            for y in 0..<size.height {
                for x in 0..<size.width where min(x, y, size.width - 1 - x, size.height - 1 - y) < width {
                    let i = y * size.width + x
                    if hints[i] == Hint.open.rawValue { labels[i] = GrabCut.Label.background.rawValue }
                }
            }
        }
        let objects = labels.count(where: GrabCut.Label.isObject)
        return objects > 0 && objects < labels.count ? labels : nil
    }

    /// The labels to refine, after those `found` at a smaller size: all of the box is open, or the band around the
    /// outline whose pixels may be on its other side.
    func labels(after found: [UInt8], of smaller: Size, isWhole: Bool) -> [UInt8] {
        let object = Mask(
            width: smaller.width, height: smaller.height, values: found.map { GrabCut.Label.isObject($0) ? 1 : 0 }
        ).resampled(to: size)
        var inside = object.values.map { $0 > 0.5 }
        // One and a half pixels of the smaller size.
        let reach =
            (3 * longSide + 2 * max(smaller.width, smaller.height) - 1) / (2 * max(smaller.width, smaller.height))
        let shares = isWhole ? [] : Regions.shares(of: inside, size, radius: reach)
        for i in inside.indices where hints[i] != Hint.open.rawValue { inside[i] = hints[i] == Hint.object.rawValue }
        return inside.indices.map { i in
            let isOpen = hints[i] == Hint.open.rawValue && (isWhole || (shares[i] > 0 && shares[i] < 1))
            return isOpen
                ? (inside[i] ? GrabCut.Label.maybeObject : .maybeBackground).rawValue
                : (inside[i] ? GrabCut.Label.object : .background).rawValue
        }
    }
}
