/// Splits a polyline at gaps and simplifies it to the resolution of the canvas.
package enum Polyline {
    /// The maximal runs of non-nil elements of `places`.
    package static func runs(_ places: some Sequence<Place?>) -> [[Place]] {
        var runs: [[Place]] = [], run: [Place] = []
        for place in places {
            if let place {
                run.append(place)
            } else if !run.isEmpty {
                runs.append(run)
                run = []
            }
        }
        return run.isEmpty ? runs : runs + [run]
    }

    /// A polyline that looks the same as `places`, which are sorted by x: it keeps the first, last, highest and lowest
    /// of each column of `width` points.
    package static func thinned(_ places: [Place], columns width: Double) -> [Place] {
        var kept: [Place] = []
        var start = 0
        while start < places.count {
            let column = (places[start].x / width).rounded(.down)
            var end = start + 1, highest = start, lowest = start
            while end < places.count, (places[end].x / width).rounded(.down) == column {
                if places[end].y < places[highest].y { highest = end }
                if places[end].y > places[lowest].y { lowest = end }
                end += 1
            }
            for index in Set([start, highest, lowest, end - 1]).sorted() { kept.append(places[index]) }
            start = end
        }
        return kept
    }
}
