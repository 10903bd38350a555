internal import Imaging

/// What a mask looks like that will hardly give what was wanted.
enum MaskDiagnosis {
    /// From this part of the picture on, an object is more likely the background.
    private static let largestPart = 0.9

    /// A warning and a hint for an object's mask; nil for one that looks right.
    ///
    /// A mask that is white all over is taken for one where no object was cut out; one that is white at all four corners,
    /// or nearly all over, for one that is inverted.
    static func warning(for mask: Mask) -> String? {
        let covered = mask.values.reduce(0) { $0 + Double($1) } / Double(mask.values.count)
        let percent = Int((100 * covered).rounded())
        if mask.values.allSatisfy({ $0 > 0.5 }) {
            return """
                Warning: the mask is white all over: the whole picture is the object
                Hint: white is where the object is, black around it

                """
        }
        let corners = [(0, 0), (mask.width - 1, 0), (0, mask.height - 1), (mask.width - 1, mask.height - 1)]
        let isSurrounding = corners.allSatisfy { mask[$0.0, $0.1] > 0.5 }
        guard covered > largestPart || isSurrounding else { return nil }
        return """
            Warning: the mask covers \(percent) % of the picture\(isSurrounding ? " and all its corners" : "")
            Hint: is it inverted? White is where the object is, black around it

            """
    }
}
