internal import Files
internal import Harmonization
internal import Plotting

/// The chart of `--plot`: one panel per pass, with each loss × weight at each evaluation.
struct LossPlot {
    /// The records of each pass, one per resolution, from the lowest.
    private let passes: [[PassRecord]]
    /// The range of the y axis: from 1/1000 of the smallest total, since the content loss is 0 at the composite and
    /// would extend a logarithmic axis without end, to twice the largest total that a pass starts from, since a search
    /// may evaluate points a million times worse. Nil where no total is above 0.
    private let focus: ClosedRange<Double>?

    init(_ records: [PassRecord]) {
        // Interrupted work may lack pass 2.
        passes = [1, 2].map { pass in
            records.filter { $0.pass == pass && !$0.evaluations.isEmpty }.sorted { $0.reduction > $1.reduction }
        }.filter { !$0.isEmpty }
        let totals = records.map { $0.evaluations.map(\.total).filter { $0.isFinite && $0 > 0 } }
        focus = totals.joined().min().flatMap { least in
            totals.compactMap(\.first).max().map { least / 1000...2 * max(least, $0) }
        }
    }

    /// Writes the plot to `path`, in the format of its extension. Throws `cannotWrite`.
    func write(to path: FilePath) throws {
        guard let format = ChartFormat(path: path) else { preconditionFailure("\(path) is no name for a chart") }
        let file: [UInt8]
        do {
            file = try Chart("Losses at each evaluation", panels: passes.map(panel), sharesY: true).encoded(as: format)
        } catch {
            throw FileError.cannotWrite(path: path, reason: error.reason)
        }
        try AtomicFile.write(file, to: path)
    }

    /// The panel of a pass, its evaluations numbered consecutively from the lowest resolution to the full one.
    private func panel(_ records: [PassRecord]) -> Panel {
        var bands: [Panel.Band] = [], count = 0
        for record in records {
            let end = count + record.evaluations.count
            bands.append(
                Panel.Band(
                    Double(count) + 0.5...Double(end) + 0.5, labels: Self.sizeNames(record.reduction),
                    isShaded: record.reduction > 1))
            count = end
        }
        let last = records[records.count - 1]
        return Panel(
            "Pass \(last.pass)\(Self.remark(on: last))",
            x: Axis("evaluation", numbers: .whole, range: 0.5...Double(count) + 0.5),
            y: Axis("loss × weight (adds up to the total)", scale: .logarithmic, focus: focus),
            series: LossTerm.all.compactMap { series($0, records) }, bands: records[0].reduction > 1 ? bands : [])
    }

    /// The curve of a term in a pass; nil where it is 0 throughout.
    private func series(_ term: LossTerm, _ records: [PassRecord]) -> Series? {
        var points: [Series.Point] = [], count = 0.0
        for record in records {
            for value in term.values(record) {
                count += 1
                points.append(Series.Point(count, value))
            }
            // Interrupts the curve: each resolution has targets of its own.
            points.append(Series.Point(count, .nan))
        }
        guard points.contains(where: { $0.y != 0 && !$0.y.isNaN }) else { return nil }
        let name = isBelowAxis(term) ? "\(term.name) (below axis)" : term.name
        return Series(name, endLabel: term.endLabel, points, style: term.style)
    }

    private func isBelowAxis(_ term: LossTerm) -> Bool {
        guard let least = focus?.lowerBound else { return false }
        // Not for a single tap: the curves of all taps share a name.
        return term.endLabel == nil && passes.joined().flatMap(term.values).allSatisfy { $0 < least }
    }

    /// The labels of a resolution, from long to short.
    private static func sizeNames(_ reduction: Int) -> [String] {
        switch reduction {
        case 1: ["full size", "full size", "full size", "1"]
        case 2: ["half size", "half", "½", "½"]
        case 4: ["quarter size", "quarter", "¼", "¼"]
        default: Array(repeating: "1/\(reduction)", count: 4)
        }
    }

    /// The stop reason of a pass that did not use all its evaluations.
    private static func remark(on record: PassRecord) -> String {
        switch record.ended {
        case .iterations: ""
        case .converged: " (converged)"
        case .nonFinite: " (not finite)"
        case .cancelled: " (stopped)"
        }
    }
}
