/// How strongly a painting's style asks to be followed: Luan et al.'s τ.
public enum StyleLevel: Equatable, Codable, Sendable {
    /// Estimated from the painting.
    case auto
    /// A level of 1…10.
    case level(Double)

    /// Renaissance to Realism: the object is kept, its colours and surface are the painting's.
    public static let realist = StyleLevel.level(1)
    /// Impressionism and Post-Impressionism: strokes take the place of texture.
    public static let impressionist = StyleLevel.level(5)
    /// Expressionism and Cubism: shapes themselves are redrawn.
    public static let expressionist = StyleLevel.level(10)

    /// The range of levels.
    public static let range = 1.0...10
}
