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
        var files = extras.map { (name: "--\($0.option)", path: $0.path.realPath) }
        files += names.map { ("the result \($0)", path($0).realPath) }
        for (index, file) in files.enumerated() {
            if let input = inputs.first(where: { $0.path.realPath == file.path }) {
                throw ValidationError("\(file.name) would replace the file of --\(input.option)")
            }
            if let other = files[..<index].first(where: { $0.path == file.path }) {
                throw ValidationError("\(other.name) and \(file.name) are the same file")
            }
        }
        for name in names { try Self.check(path(name)) }
        // The output folder is created before these are written.
        for extra in extras {
            try Self.check(extra.path, makingFolders: folder.map { extra.path.folder.realPath == $0.realPath } ?? false)
        }
    }

    /// A file that exists must be no folder and, unless it will be replaced, writable; of one that does not, the
    /// nearest folder that exists must be writable.
    private static func check(_ path: FilePath, makingFolders: Bool = true) throws {
        if path.isFolder { throw FileError.cannotWrite(path: path, reason: "there is a folder of that name") }
        if !path.isReplaceable, path.isWritable { return }
        var folder = path.folder
        while makingFolders, !folder.exists, folder != folder.folder { folder = folder.folder }
        if folder.isFolder, folder.isWritable { return }
        let reason =
            folder.isFolder
            ? "the folder \(folder) is not writable"
            : folder.exists ? "\(folder) is not a folder" : "the folder \(folder) does not exist"
        throw FileError.cannotWrite(path: path, reason: reason)
    }
}

/// One of the two results.
enum Stage: Int, CaseIterable {
    /// The result of pass 1, and of pass 2.
    case first = 1, second

    /// The name of its file in a format.
    func fileName(_ format: ImageFormat) -> String { "stage\(rawValue).\(format.endings[0])" }
}
