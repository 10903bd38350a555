internal import ArgumentParser
internal import Foundation
internal import Imaging

/// Where results go.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that gets stage1.png and stage2.png; made where it is missing.", valueName: "dir"))
    var output = "."
    @Option(help: ArgumentHelp("Write settings and the losses of every evaluation as JSON.", valueName: "file.json"))
    var trace: String?
    @Flag(help: "Print nothing but errors.") var quiet = false

    func path(_ name: String) -> String { output == "." ? name : (output as NSString).appendingPathComponent(name) }

    /// Makes the output folder and finds out that files can be written, before any work is done.
    func prepare() throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw ImageError.cannotWrite(path: output, reason: "the folder cannot be made")
        }
        try checkWritable(folder: output, for: output)
        if let trace {
            var folder = (trace as NSString).deletingLastPathComponent
            if folder.isEmpty { folder = "." }
            try checkWritable(folder: folder, for: trace)
        }
    }

    private func checkWritable(folder: String, for path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw ImageError.cannotWrite(path: path, reason: "the folder \(folder) does not exist")
        }
        guard isFolder.boolValue else {
            throw ImageError.cannotWrite(path: path, reason: "\(folder) is not a folder")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ImageError.cannotWrite(path: path, reason: "the folder \(folder) is not writable")
        }
    }
}
