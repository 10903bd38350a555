internal import Foundation
internal import Imaging

/// Writes what was made of a painting, stored as the painting is: with its depth, colour profile and resolution, and
/// around the object its own samples.
struct ResultWriter {
    private let painting: Picture
    private let files: OutputFiles
    /// The quality of JPEGs.
    private let quality: Int

    /// A writer of results into `painting`, to `files`.
    init(_ painting: Picture, _ files: OutputFiles, quality: Int) {
        // Without what results have no use for: it may be as large as the painting.
        self.painting = painting.opaque
        (self.files, self.quality) = (files, quality)
    }

    /// Writes the painting with `patch` in it as `stage`, in place of an earlier one; makes the folder where it is
    /// missing.
    ///
    /// Returns the file's path. Standard output takes stage 2 alone, and has none.
    func write(_ patch: Patch, to stage: Stage) throws -> String? {
        guard files.folder != nil else {
            if stage == .second { try writeToStandardOutput(patch) }
            return nil
        }
        try files.makeFolder()
        let path = files.path(of: stage)
        try write(patch, to: path)
        return path
    }

    /// Writes the painting with `patch` in it at `path`, in the format that its name says.
    func write(_ patch: Patch, to path: String) throws(ImageError) {
        try painting.write(with: patch, to: path, quality: quality)
    }

    /// Where the results are, for people.
    var destination: String {
        files.folder == nil
            ? "stage 2 to standard output" : Stage.allCases.map(files.path(of:)).joined(separator: " and ")
    }

    private func writeToStandardOutput(_ patch: Patch) throws {
        do {
            try StandardOutput.write(
                Data(painting.encoded(with: patch, as: files.format, quality: quality)))
        } catch let error as EncodingFailure {
            throw ImageError.cannotWrite(path: "standard output", reason: error.reason)
        }
    }
}
