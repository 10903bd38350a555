internal import ArgumentParser
internal import Harmonization

/// How much work goes into a result.
enum Quality: String, CaseIterable, ExpressibleByArgument {
    /// A look at what will come, in seconds also in a large painting.
    case draft
    /// Where half as many evaluations more change the losses by less than a percent.
    case normal
    /// For a last version.
    case fine

    /// The evaluations of each pass at full size.
    var iterations: Iterations {
        switch self {
        case .draft: Iterations(50)
        case .normal: Iterations(200)
        case .fine: Iterations(500)
        }
    }

    /// The most pixels of the painting's long side that are worked at; nil: all.
    var largestSide: Int? { self == .draft ? 1000 : nil }
}
