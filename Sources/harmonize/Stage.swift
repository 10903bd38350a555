internal import Imaging

/// One of the two results.
enum Stage: Int, CaseIterable {
    /// What pass 1 and pass 2 make of the painting.
    case first = 1, second

    /// The name of its file in a format.
    func fileName(_ format: ImageFormat) -> String {
        switch format {
        case .png: "stage\(rawValue).png"
        case .jpeg: "stage\(rawValue).jpg"
        }
    }
}
