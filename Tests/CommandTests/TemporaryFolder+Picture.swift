import Files
import Imaging
import TestSupport

extension TemporaryFolder {
    /// The picture in a file of the folder.
    func image(_ name: String) throws -> Image { try Picture.read(path(name)).flattened }
}

extension Picture {
    /// The picture in a file that commands are given by the same string.
    static func read(_ path: String) throws(ImageError) -> Picture { try read(FilePath(path)) }
}
