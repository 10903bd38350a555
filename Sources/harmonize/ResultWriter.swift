internal import Files
internal import Imaging

/// Writes results in the painting's bit depth, colour profile and resolution, with its own samples around the object.
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
        let size = painting.image.size, before = overlay.region.part(of: painting.image)
        var part = FloatBuffer(repeating: 0, count: overlay.image.size.pixelCount)
        for i in part.indices {
            let isChanged = (3 * i..<3 * i + 3).contains { overlay.image.values[$0] != before.values[$0] }
            part[i] = isChanged ? 1 : 0
        }
        var alpha = FloatBuffer(repeating: 0, count: size.pixelCount)
        alpha.replace(overlay.region, of: size, channels: 1, by: part)
        return painting.cutOut(overlay, alpha: Mask(width: size.width, height: size.height, values: alpha))
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
