/// A probable mistake in a cut, whose result can be used all the same.
public enum CutWarning: Equatable, Sendable {
    /// Nothing in the box was taken for the object.
    case empty
    /// Nearly everything in the box was taken for the object; `coverage` is the share of its pixels, 0…1.
    case whole(coverage: Double)
    /// The outline is ragged: object and background have colours in common. `roughness` is how much longer the outline
    /// is than that of the same shape smoothed.
    case ragged(roughness: Double)
}
