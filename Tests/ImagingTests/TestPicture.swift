import Files
import Foundation
import Imaging

/// The files in the folder Pictures.
enum TestPicture {
    static func path(_ name: String) -> FilePath {
        FilePath(Bundle.module.bundleURL.path).appending("Pictures/\(name)")
    }

    static func bytes(_ name: String) throws -> [UInt8] { try [UInt8](FileContents.map(path(name))) }

    /// A picture whose values are all k/255, so that 8 bits hold it exactly.
    static func exact(width: Int, height: Int) -> Image {
        let values = (0..<3 * width * height).map { Float($0 * 31 % 256) / 255 }
        return Image(width: width, height: height, values: values)
    }

    /// A picture without edges, which JPEG holds well.
    static func smooth(width: Int, height: Int) -> Image {
        var image = Image(width: width, height: height, values: Array(repeating: 0, count: 3 * width * height))
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Float(x) / Float(width), Float(y) / Float(height))
                image[x, y] = SIMD3(u, v, (u + v) / 2)
            }
        }
        return image
    }
}

/// The largest difference between values at the same place; infinite when the sizes differ.
func largestDifference(_ a: Image, _ b: Image) -> Float {
    guard a.size == b.size else { return .infinity }
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// The error that the body throws, nil when it throws none.
func imageError<T>(of body: () throws(ImageError) -> T) -> ImageError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
