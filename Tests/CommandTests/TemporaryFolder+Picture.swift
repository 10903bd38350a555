import Imaging
import TestSupport

extension TemporaryFolder {
    /// The picture in a file of the folder.
    func image(_ name: String) throws -> Image { try Picture.read(path(name)).flattened }
}
