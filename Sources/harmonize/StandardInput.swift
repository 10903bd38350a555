internal import Files
internal import Imaging

/// The one picture that may come from standard input, where an option names `-` in place of a file.
enum StandardInput {
    /// What stands for it among arguments, and in messages.
    static let argument: FilePath = "-", name: FilePath = "standard input"
}

extension Picture {
    /// Reads the picture that an option names: the file at a path, or standard input for `-`.
    static func read(argument: FilePath, maxPixels: Int) throws(ImageError) -> Picture {
        guard argument == StandardInput.argument else { return try read(argument, maxPixels: maxPixels) }
        let name = StandardInput.name
        return try Picture(
            decoding: PictureFile.read(name, from: .standardInput, maxPixels: maxPixels), path: name,
            maxPixels: maxPixels)
    }
}
