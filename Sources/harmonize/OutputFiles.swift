internal import ArgumentParser
internal import Files
internal import Imaging

/// The files that a command writes.
struct OutputFiles {
    /// The folder of the stages and the preview; nil where stage 2 goes to standard output.
    let folder: FilePath?
    /// The format of the stages.
    let format: ImageFormat
    let hasPreview: Bool
    /// The other files, by option.
    let extras: [(option: String, path: FilePath)]

    /// The names of the files in the folder.
    private var names: [String] {
        folder == nil ? [] : Stage.allCases.map { $0.fileName(format) } + (hasPreview ? [Self.preview] : [])
    }

    private static let preview = "preview.png"

    /// The file of a stage, in the folder.
    func path(of stage: Stage) -> FilePath { path(stage.fileName(format)) }

    /// The file of the preview.
    var previewPath: FilePath { path(Self.preview) }

    private func path(_ name: String) -> FilePath { FilePath(name).inside(folder ?? ".") }

    /// Makes the folder where it is missing.
    func makeFolder() throws { try folder?.makeFolder() }

    /// Throws unless all files can be written, and would replace none of `inputs` (by option) nor one another.
    func check(inputs: [(option: String, path: FilePath)]) throws {
        var files = extras.map { (name: "--\($0.option)", path: $0.path) }
        files += names.map { ("the result \($0)", path($0)) }
        for (index, file) in files.enumerated() {
            if let input = inputs.first(where: { file.path.isSamePlace(as: $0.path) }) {
                throw ValidationError("\(file.name) would replace the file of --\(input.option)")
            }
            if let other = files[..<index].first(where: { file.path.isSamePlace(as: $0.path) }) {
                throw ValidationError("\(other.name) and \(file.name) are the same file")
            }
        }
        for name in names { try path(name).checkWritable(makingFolders: true) }
        // The output folder is created before these are written.
        for extra in extras {
            try extra.path.checkWritable(
                makingFolders: folder.map { extra.path.folder.realPath == $0.realPath } ?? false)
        }
    }

    /// Throws unless the formats of the results can hold a painting and a comparison of these sizes.
    func check(painting: Size, comparison: Size) throws {
        try Self.check(painting, folder == nil ? "standard output" : path(of: .second), format)
        for (option, size) in [("compare", comparison), ("layer", painting), ("output-file", painting)] {
            for extra in extras where extra.option == option && extra.path.ending != OpenRaster.ending {
                try Self.check(size, extra.path, ImageFormat(forWritingTo: extra.path))
            }
        }
    }

    /// Throws unless the format can hold a picture of this size, which is for `path`.
    static func check(_ size: Size, _ path: FilePath, _ format: ImageFormat) throws {
        if max(size.width, size.height) > format.largestSide {
            throw TooLargeForFormat(path: path, size: size, format: format)
        }
    }
}

/// A picture that is larger than its format allows.
struct TooLargeForFormat: Reportable {
    let path: FilePath
    let size: Size
    let format: ImageFormat

    var report: ErrorReport {
        ErrorReport(
            "\(path) would have \(size) pixels, and a \(format.name) has at most "
                + "\(format.largestSide) on a side",
            hint: "write it as a PNG or TIFF", .usage)
    }
}

/// One of the two results.
enum Stage: Int, CaseIterable {
    /// The result of pass 1, and of pass 2.
    case first = 1, second

    /// The name of its file in a format.
    func fileName(_ format: ImageFormat) -> String { "stage\(rawValue).\(format.endings[0])" }
}
