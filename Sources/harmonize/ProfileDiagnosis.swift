internal import Files
internal import Imaging

/// What is said of a colour profile that could not be used.
enum ProfileDiagnosis {
    /// What is wrong with the profile of `picture`, which the user knows as `name`; nil where nothing is.
    static func warning(for picture: Picture, _ name: FilePath) -> Warnings.Warning? {
        picture.profileProblem.map {
            .init(
                warning: "the colour profile of \(name) is not used: \($0)",
                hint: "its colours are taken as sRGB; where they look wrong, convert it to sRGB in a photo editor")
        }
    }
}
