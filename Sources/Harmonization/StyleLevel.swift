package import Imaging

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

extension StyleLevel {
    /// A level for a painting, 1…10, from how it is painted: 1 + 9·min(c, r)·f, each of these clamped to 0…1.
    ///
    /// - c = (coherence − 0.28) / 0.2: strokes or outlines that run their way are a hand of their own; dabs side by side
    ///   that render light, and the surface of things, are not.
    /// - r = (roughness − 0.015) / 0.015: on a smooth surface, a photograph's or a master's glaze, what runs one way is
    ///   the outline of a thing, not a stroke.
    /// - f = (relief − 0.45) / 1.3: where flat areas meet, shapes themselves are redrawn; where strokes cover everything
    ///   alike, they are only overlaid.
    ///
    /// What it is: three measures anyone can look at (see ``Brushwork``), with bounds set by hand on four paintings: the
    /// three published cases, for which the authors' own estimator (never released) gave 1.02, 7.32 and 9.98, and the
    /// sample. What it is not: a recogniser of genres, learned from many paintings or tested on others. A level that is
    /// given is always better than one that is guessed.
    package static func estimate(of painting: Image) -> Double {
        func clamped(_ value: Double) -> Double { min(max(value, 0), 1) }
        let brushwork = Brushwork(painting)
        let c = clamped((brushwork.coherence - 0.28) / 0.2), r = clamped((brushwork.roughness - 0.015) / 0.015)
        return 1 + 9 * min(c, r) * clamped((brushwork.relief - 0.45) / 1.3)
    }
}
