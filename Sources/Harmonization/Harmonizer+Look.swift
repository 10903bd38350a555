public import Imaging

extension Harmonizer {
    /// A small and quick preview of a harmonization: the painting, reduced to a long side of `longSide` pixels, with
    /// the object as the syntheses alone repaint it; no pass runs.
    ///
    ///     let look = try Harmonizer().look(painting, object: cup, mask: mask, Placement(at: Point(x: 420, y: 330)))
    ///
    /// Throws ``PlacementError`` and ``HarmonizationError``.
    /// - Parameters:
    ///   - painting: the painting, of any size.
    ///   - object: the object's colours.
    ///   - mask: its mask, of the object's size.
    ///   - placement: position, scale and rotation in the painting; nil for the position centres the object.
    ///   - longSide: the long side of the result, in pixels, at least 16.
    public func look(
        _ painting: Image, object: Image, mask: Mask, _ placement: Placement = Placement(), longSide: Int = 350,
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) throws -> HarmonizedPainting {
        let small = painting.reduced(toLongSide: longSide)
        let factor = Double(max(small.width, small.height)) / Double(max(painting.width, painting.height))
        func scaled(_ value: Int) -> Int { Int((Double(value) * factor).rounded()) }
        var place = placement
        place.origin = placement.origin.map { Point(x: scaled($0.x), y: scaled($0.y)) }
        place.scale *= factor
        let placed = try PlacedObject(object, mask: mask, in: small.size, place)
        var settings = settings
        settings.iterations = Iterations(0)
        settings.styleRegion = settings.styleRegion.map { region in
            func scaled(_ range: Range<Int>, _ count: Int) -> Range<Int> {
                let lower = Int(Double(range.lowerBound) * factor)
                return lower..<min(count, max(lower + 16, Int(Double(range.upperBound) * factor)))
            }
            return Region(columns: scaled(region.columns, small.width), rows: scaled(region.rows, small.height))
        }
        return try Harmonizer(network: network, settings: settings).harmonize(
            small, with: placed, isCancelled: isCancelled)
    }
}
