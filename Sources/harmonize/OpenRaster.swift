internal import Files
internal import Imaging

/// A file of layers: a painting and the layers over it, in the format of freedesktop.org's OpenRaster 0.0.6.
struct OpenRaster {
    /// A picture that lies over those below it.
    struct Layer {
        let name: String
        let picture: Picture
        /// The painting's pixel that the picture's top-left one lies over.
        let origin: Point
        let isVisible: Bool
    }

    /// The layers over the painting, the topmost one first.
    let layers: [Layer]
    /// The lowest layer, without alpha.
    let painting: Picture
    /// What of the painting the visible layers change.
    let merged: Overlay

    /// What the names of such files end in.
    static let ending = "ora"
    /// The longest side of the thumbnail, by the specification.
    private static let thumbnailSide = 256

    /// Writes the file; an existing one is replaced whole or kept.
    func write(to path: FilePath) throws(FileError) {
        let layers =
            layers + [Layer(name: "painting", picture: painting, origin: Point(x: 0, y: 0), isVisible: true)]
        var archive = Archive()
        func add(_ name: String, _ contents: () throws(EncodingFailure) -> [UInt8]) throws(FileError) {
            let bytes: [UInt8]
            do { bytes = try contents() } catch { throw .cannotWrite(path: path, reason: error.reason) }
            guard archive.add(name, bytes) else {
                throw .cannotWrite(path: path, reason: "an OpenRaster file has less than 4 GB")
            }
        }
        // The first entry, by whose bytes the file is recognized.
        try add("mimetype") { Array("image/openraster".utf8) }
        try add("stack.xml") { Array(stack(layers).utf8) }
        for (index, layer) in layers.enumerated() {
            try add(source(index)) { () throws(EncodingFailure) in try layer.picture.encoded() }
        }
        try add("mergedimage.png") { () throws(EncodingFailure) in try painting.encoded(with: merged, as: .png) }
        try add("Thumbnails/thumbnail.png") { () throws(EncodingFailure) in
            try merged.laid(into: painting.image).reduced(toLongSide: Self.thumbnailSide).encoded(as: .png)
        }
        try archive.write(to: path)
    }

    /// What the layers are, topmost first, and how they lie.
    private func stack(_ layers: [Layer]) -> String {
        let elements = layers.enumerated().map { index, layer in
            """
                <layer name="\(layer.name)" src="\(source(index))" x="\(layer.origin.x)" y="\(layer.origin.y)" \
            opacity="1.0" visibility="\(layer.isVisible ? "visible" : "hidden")" composite-op="svg:src-over"/>

            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <image version="0.0.6" w="\(painting.image.width)" h="\(painting.image.height)">
              <stack>
            \(elements.joined())  </stack>
            </image>

            """
    }

    /// The entry of a layer's picture.
    private func source(_ index: Int) -> String { "data/layer\(index).png" }
}
