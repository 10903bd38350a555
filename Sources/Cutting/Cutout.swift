public import Imaging

/// An object that was cut out of a photograph.
public struct Cutout: Equatable, Sendable {
    /// The object's alpha, of the photograph's size: 0 or 1 but for a band of a few pixels along the outline.
    public let alpha: Mask

    /// The object's colours, to be laid into the photograph: where alpha is not 1 they are the object's alone, without
    /// the background's share. They cover the object and a few pixels around it.
    public let colors: Overlay

    /// The bounding box of the pixels whose alpha is above 0; nil where there are none.
    public let bounds: Region?

    /// What looks wrong; nil where nothing does.
    public let warning: CutWarning?
}

extension Cutout {
    /// The share of the box from which on an object fills it wholly.
    private static let wholeCoverage = 0.97
    /// The share of the box below which there is no object to speak of.
    private static let leastCoverage = 0.0005
    /// The roughness above which an outline is ragged: of masks drawn by people the largest was 1.08.
    private static let largestRoughness = 1.2

    /// The object of a scene, its edge at full size.
    init(_ scene: CutScene, _ segmentation: Segmentation) {
        let mask = segmentation.mask(of: scene), size = scene.photograph.size
        let edge = SoftEdge(of: mask, in: scene, scale: Double(mask.longSide) / Double(segmentation.mask.longSide))
        var alpha = Mask(width: size.width, height: size.height, repeating: 0)
        alpha.values.replace(edge.region, of: size, channels: 1, by: edge.alpha.values)
        self.alpha = alpha
        colors = Overlay(edge.colors, at: edge.region.origin)
        bounds = edge.alpha.bounds?.moved(by: edge.region.origin)

        let coverage = Double(mask.values.count { $0 > 0 }) / Double(scene.box.size.pixelCount)
        let roughness = segmentation.roughness
        if coverage < Self.leastCoverage {
            warning = .empty
        } else if coverage > Self.wholeCoverage {
            warning = .whole(coverage: min(1, coverage))
        } else if roughness > Self.largestRoughness {
            warning = .ragged(roughness: roughness)
        } else {
            warning = nil
        }
    }
}

extension Mask {
    fileprivate var longSide: Int { max(width, height) }
}
