internal import CImageCodecs

/// libpng and libjpeg, behind the C module that keeps their jumps to itself.
enum Codec {
    /// A decoded file: H×W×C samples, row by row, in memory that the C module allocated.
    struct Samples: ~Copyable {
        fileprivate var picture: cimagecodecs_picture

        deinit {
            var picture = picture
            cimagecodecs_free_picture(&picture)
        }

        var size: Size { Size(width: picture.width, height: picture.height) }

        /// 3 for red, green and blue, 4 with alpha.
        var channels: Int { Int(picture.channels) }

        /// Scales the samples of the given channels to 0…1, pixel by pixel.
        func values(channels wanted: Range<Int>) -> [Float] {
            if picture.bits == 16 {
                scaled(UInt16.self, channels: wanted)
            } else {
                scaled(UInt8.self, channels: wanted)
            }
        }

        private func scaled<Sample: FixedWidthInteger>(_: Sample.Type, channels wanted: Range<Int>) -> [Float] {
            let samples = picture.samples.assumingMemoryBound(to: Sample.self)
            let pixels = picture.width * picture.height
            return [Float](unsafeUninitializedCapacity: pixels * wanted.count) { values, count in
                for pixel in 0..<pixels {
                    for channel in wanted {
                        values[count] = Float(samples[pixel * channels + channel]) / Float(Sample.max)
                        count += 1
                    }
                }
            }
        }
    }

    /// Decodes a file that begins as `format`; `path` is for the error.
    static func decode(
        _ bytes: [UInt8], as format: ImageFormat, path: String, maxPixels: Int
    ) throws(ImageError) -> Samples {
        var picture = cimagecodecs_picture()
        var message = [CChar](repeating: 0, count: cimagecodecs_message_size)
        let limit = UInt64(clamping: maxPixels)
        let status =
            switch format {
            case .png: cimagecodecs_decode_png(bytes, bytes.count, limit, &picture, &message)
            case .jpeg: cimagecodecs_decode_jpeg(bytes, bytes.count, limit, &picture, &message)
            }
        switch status {
        case cimagecodecs_ok:
            return Samples(picture: picture)
        case cimagecodecs_too_large:
            let size = Size(width: picture.width, height: picture.height)
            throw .tooLarge(path: path, size: size, maxPixels: maxPixels)
        case cimagecodecs_damaged:
            throw .damaged(path: path, format: format, reason: text(message))
        case cimagecodecs_unsupported:
            throw .unsupported(path: path, format: format, reason: text(message))
        default:
            throw .unreadable(path: path, reason: text(message))
        }
    }

    /// Encodes H×W×3 bytes.
    static func encode(
        _ rgb: [UInt8], size: Size, as format: ImageFormat, quality: Int
    ) throws(EncodingFailure) -> [UInt8] {
        var file = cimagecodecs_buffer()
        defer { cimagecodecs_free_buffer(&file) }
        var message = [CChar](repeating: 0, count: cimagecodecs_message_size)
        let status =
            switch format {
            case .png:
                cimagecodecs_encode_png(rgb, size.width, size.height, &file, &message)
            case .jpeg:
                cimagecodecs_encode_jpeg(
                    rgb, size.width, size.height, Int32(clamping: quality), &file, &message)
            }
        guard status == cimagecodecs_ok else {
            throw EncodingFailure(format: format, reason: text(message))
        }
        return [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
    }

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
