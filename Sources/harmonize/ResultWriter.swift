internal import Files
internal import Imaging

/// Writes what was made of a painting, stored as the painting is: with its depth, colour profile and resolution, and
/// around the object its own samples.
struct ResultWriter {
    private let painting: Picture
    private let output: OutputOptions

    /// A writer of results into `painting`, to where `output` says.
    init(_ painting: Picture, _ output: OutputOptions) {
        // Without what results have no use for: it may be as large as the painting.
        self.painting = painting.opaque
        self.output = output
    }

    /// Writes the painting with `patch` in it as `stage`, in place of an earlier one; makes the folder where it is missing.
    ///
    /// Returns the file's path. Standard output takes stage 2 alone, and has none.
    func write(_ patch: Patch, to stage: Stage) throws -> FilePath? {
        guard !output.isStandardOutput else {
            if stage == .second { try writeToStandardOutput(patch) }
            return nil
        }
        try output.makeFolder()
        let path = output.path(of: stage)
        try write(patch, to: path)
        return path
    }

    /// Writes the painting with `patch` in it at `path`, in the format that its name says.
    func write(_ patch: Patch, to path: FilePath) throws(ImageError) {
        try painting.write(with: patch, to: path, quality: output.quality)
    }

    /// Where the results are, for people.
    var destination: String {
        output.isStandardOutput
            ? "stage 2 to standard output" : Stage.allCases.map { "\(output.path(of: $0))" }.joined(separator: " and ")
    }

    private func writeToStandardOutput(_ patch: Patch) throws {
        do {
            try StandardOutput.write(
                painting.encoded(with: patch, as: output.stageFormat, quality: output.quality))
        } catch let error as EncodingFailure {
            throw FileError.cannotWrite(path: "standard output", reason: error.reason)
        }
    }
}
