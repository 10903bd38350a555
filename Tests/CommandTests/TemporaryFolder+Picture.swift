import Files
import Imaging
import TestSupport

extension TemporaryFolder {
    /// The picture in a file of the folder.
    func image(_ name: String) throws -> Image { try Picture.read(path(name)).flattened }

    /// The bytes of both stages, here or in a folder in here.
    func stages(in folder: String = ".") throws -> [[UInt8]] {
        try ["stage1.png", "stage2.png"].map { try bytes("\(folder)/\($0)") }
    }

    /// Writes a picture of one grey and returns its path.
    @discardableResult
    func writeGrey(_ value: Float, width: Int, height: Int, to name: String) throws -> String {
        let image = Image(width: width, height: height, values: Array(repeating: value, count: 3 * width * height))
        try image.write(to: path(name))
        return path(name)
    }
}

extension Picture {
    /// The picture in a file that commands are given by the same string.
    static func read(_ path: String) throws(ImageError) -> Picture { try read(FilePath(path)) }
}
