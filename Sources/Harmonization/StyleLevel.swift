package import Imaging

/// The style level τ of Luan et al.: the strength of the stylisation, 1…10.
public enum StyleLevel: Equatable, Codable, Sendable {
    /// Estimated from the painting.
    case auto
    /// A level of 1…10.
    case level(Double)

    /// Renaissance to Realism: shapes and details stay; colours and surface become the painting's.
    public static let realist = StyleLevel.level(1)
    /// Impressionism and Post-Impressionism: strokes replace texture.
    public static let impressionist = StyleLevel.level(5)
    /// Expressionism and Cubism: shapes themselves are redrawn.
    public static let expressionist = StyleLevel.level(10)

    /// The range of levels.
    public static let range = 1.0...10

    /// The level for the visibility of a painting's strokes (``StrokeStrength``), t in 0…1: 1 + 4·t up to ½, where
    /// little of the strokes is painted, from there 3 + 8·(t − ½).
    static func level(ofStrokes t: Double) -> Double { t < 0.5 ? 1 + 4 * t : 3 + 8 * (t - 0.5) }
}

extension StyleLevel {
    /// An estimate of a painting's level from its ``StrokeStatistics``: 1 + 9·min(c, r)·f, with c, r and f clamped to
    /// 0…1.
    ///
    /// - c = (coherence − 0.28) / 0.2: coherent strokes or outlines are a strong style; dabs side by side that render
    ///   light or surfaces are not.
    /// - r = (roughness − 0.015) / 0.015: on a smooth surface (a photograph, a glaze) coherent gradients are outlines
    ///   of things, not strokes.
    /// - f = (coarseToFineContrast − 0.45) / 1.3: where flat areas meet, shapes themselves are redrawn; where strokes
    ///   cover everything uniformly, they are only overlaid.
    ///
    /// The bounds were set by hand on four paintings: the three published cases, for which the authors' own estimator
    /// (never released) gave 1.02, 7.32 and 9.98, and the sample. It is neither trained on genres nor tested on other
    /// paintings, so a given level is always better.
    package static func estimate(of painting: Image) -> Double {
        func clamped(_ value: Double) -> Double { min(max(value, 0), 1) }
        let brushwork = StrokeStatistics(painting)
        let c = clamped((brushwork.coherence - 0.28) / 0.2), r = clamped((brushwork.roughness - 0.015) / 0.015)
        return 1 + 9 * min(c, r) * clamped((brushwork.coarseToFineContrast - 0.45) / 1.3)
    }
}
