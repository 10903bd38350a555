internal import Files
internal import Harmonization
internal import Imaging

/// Writes results in the painting's bit depth, colour profile and resolution, with its EXIF data, and with its own
/// samples around the object.
struct ResultWriter {
    private let painting: Picture
    private let files: OutputFiles
    /// The quality, for formats that have one.
    private let quality: Int?

    /// A writer of results into `painting`, to `files`.
    init(_ painting: Picture, _ files: OutputFiles, quality: Int?) {
        // Drops alpha, which results do not have and which takes memory.
        self.painting = painting.opaque
        (self.files, self.quality) = (files, quality)
    }

    /// Writes the painting with `overlay` in it as `stage`, replacing an earlier file; creates the folder if missing.
    ///
    /// Returns the file's path; nil for standard output, which receives stage 2 only.
    func write(_ overlay: Overlay, to stage: Stage) throws -> FilePath? {
        guard files.folder != nil else {
            if stage == .second { try writeToStandardOutput(overlay) }
            return nil
        }
        try files.makeFolder()
        let path = files.path(of: stage)
        try write(overlay, to: path)
        return path
    }

    /// Writes the painting with `overlay` in it to `path`, in the format of its extension.
    func write(_ overlay: Overlay, to path: FilePath) throws(ImageError) {
        try painting.write(with: overlay, to: path, quality: quality)
    }

    /// `overlay` as a layer of the painting's size: laid over the painting it is the result; it is transparent where
    /// that is the painting.
    func layer(_ overlay: Overlay) -> Picture {
        let size = painting.image.size
        var alpha = FloatBuffer(repeating: 0, count: size.pixelCount)
        alpha.replace(overlay.region, of: size, channels: 1, by: changes(overlay).values)
        return painting.cutOut(overlay, alpha: Mask(width: size.width, height: size.height, values: alpha))
    }

    /// 1 where `overlay` differs from the painting, else 0; of its size.
    private func changes(_ overlay: Overlay) -> Mask {
        let before = overlay.region.part(of: painting.image)
        var mask = Mask(width: overlay.image.width, height: overlay.image.height, repeating: 0)
        for i in mask.values.indices {
            let isChanged = (3 * i..<3 * i + 3).contains { overlay.image.values[$0] != before.values[$0] }
            mask.values[i] = isChanged ? 1 : 0
        }
        return mask
    }

    /// The painting, the object as pasted and both stages as layers, the topmost one as ``layer(_:)`` has it.
    ///
    /// They have 8 bits, as not every reader takes more, and the painting's profile; they are cropped to what they
    /// change.
    func layers(_ result: HarmonizedPainting, _ object: PlacedObject) -> OpenRaster {
        let painting = painting.layer(in: .eight)
        func layer(_ name: String, _ overlay: Overlay, _ alpha: Mask, isVisible: Bool = false) -> OpenRaster.Layer {
            let part = Overlay(overlay.image, at: Point(x: 0, y: 0), mask: overlay.mask)
            return OpenRaster.Layer(
                name: name, picture: overlay.region.part(of: painting).cutOut(part, alpha: alpha),
                origin: overlay.origin, isVisible: isVisible)
        }
        let (first, second) = (result.stage1Overlay, result.stage2Overlay)
        return OpenRaster(
            layers: [
                layer("repainted", second, changes(second), isVisible: true),
                layer("stage 1", first, changes(first)),
                layer("pasted", Overlay(object.image, at: object.origin), object.mask),
            ], painting: painting, merged: second)
    }

    /// The destination of the results, for messages.
    var destination: String {
        files.folder == nil
            ? "stage 2 to standard output" : Stage.allCases.map { "\(files.path(of: $0))" }.joined(separator: " and ")
    }

    private func writeToStandardOutput(_ overlay: Overlay) throws {
        do {
            try StandardOutput.write(painting.encoded(with: overlay, as: files.format, quality: quality))
        } catch let error as EncodingFailure {
            throw FileError.cannotWrite(path: "standard output", reason: error.reason)
        }
    }
}
