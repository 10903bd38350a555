internal import Files
internal import CImageCodecs
internal import Compute
internal import Geometry

/// The libraries for picture files, through the C module that confines their `longjmp` and their messages.
enum Codec {
    /// A decoded file: H×W×C samples, row-major, in memory of the C module.
    struct Samples: ~Copyable {
        fileprivate var picture: cimagecodecs_picture

        /// Why the file's colour profile could not be read; nil when it could or there is none.
        let profileProblem: String?

        deinit {
            var picture = picture
            cimagecodecs_free_picture(&picture)
        }

        var size: Size { Size(width: picture.width, height: picture.height) }

        /// The colour model of the file's samples.
        var space: ColorProfile.Space {
            switch picture.space {
            case cimagecodecs_gray: .gray
            case cimagecodecs_cmyk: .cmyk
            case cimagecodecs_lab: .lab
            default: .rgb
            }
        }

        var depth: ImageStorage.Depth { picture.bits == 16 ? .sixteen : .eight }

        /// The bytes of the file's ICC profile.
        var profile: [UInt8]? {
            picture.profile.map { [UInt8](UnsafeBufferPointer(start: $0, count: picture.profile_count)) }
        }

        /// The file's EXIF data.
        var exif: [UInt8]? {
            picture.exif.map { [UInt8](UnsafeBufferPointer(start: $0, count: picture.exif_count)) }
        }

        var orientation: Orientation { Orientation(number: Int(picture.orientation)) }

        var resolution: Resolution? {
            let density = picture.density
            let unit: Resolution.Unit
            switch density.unit {
            case cimagecodecs_ratio: unit = .ratio
            case cimagecodecs_per_inch: unit = .inch
            case cimagecodecs_per_centimeter: unit = .centimeter
            case cimagecodecs_per_meter: unit = .meter
            default: return nil
            }
            return Resolution(x: density.x, y: density.y, unit: unit)
        }

        /// The H×W×3 RGB values in 0…1.
        ///
        /// CMYK without a profile is multiplied: red = cyan·black, where 1 is no ink, and so on. Browsers read every
        /// CMYK JPEG without a profile like this, marked as inverted or not. CIELAB, which needs no profile, is
        /// converted to sRGB.
        var colors: FloatBuffer {
            switch space {
            case .lab: ColorTransform.labToSRGB.map { $0.applied(to: lab) } ?? values(channels: 0..<3)
            case .cmyk where depth == .eight: multipliedInks(UInt8.self)
            case .cmyk: multipliedInks(UInt16.self)
            case .gray, .rgb: values(channels: 0..<3)
            }
        }

        private func multipliedInks<Sample: FixedWidthInteger>(_: Sample.Type) -> FloatBuffer {
            let inks = picture.samples.assumingMemoryBound(to: Sample.self), largest = Int(Sample.max)
            let channels = Int(picture.channels)
            return FloatBuffer(count: 3 * size.pixelCount) { values in
                parallelFor(size.pixelCount, inPartsOf: Self.pixelsPerPart) { pixels in
                    for pixel in pixels {
                        for c in 0..<3 {
                            // Quantized, as if the file stored RGB.
                            let (ink, black) = (inks[channels * pixel + c], inks[channels * pixel + 3])
                            let light = Int(ink) * Int(black) + largest / 2
                            values[3 * pixel + c] = Float(light / largest) / Float(largest)
                        }
                    }
                }
            }
        }

        /// The colour space by numbers of ITU-T H.273, of a file that has no profile; nil where it says none.
        var spaceNumbers: (primaries: Int, transfer: Int)? {
            picture.primaries == 0 ? nil : (Int(picture.primaries), Int(picture.transfer))
        }

        /// What to know of the picture.
        var warnings: [PictureWarning] {
            (picture.has_more ? [.firstOfSeveral] : []) + (picture.is_clipped ? [.clipped] : [])
        }

        /// The pixels per parallel part.
        private static let pixelsPerPart = 1 << 14

        /// The alpha channel (H×W, in 0…1); nil when there is none.
        var alpha: FloatBuffer? {
            let colors = space == .cmyk ? 4 : 3
            return picture.channels > colors ? values(channels: colors..<colors + 1) : nil
        }

        /// The grey channel (H×W, in 0…1).
        var grays: FloatBuffer { values(channels: 0..<1) }

        /// The H×W×4 CMYK values in per cent.
        var inks: FloatBuffer { FloatBuffer(values(channels: 0..<4).map { 100 * (1 - $0) }) }

        /// The H×W×3 CIELAB values: L in 0…100, a and b around 0.
        private var lab: FloatBuffer {
            let most: Float = depth == .eight ? 255 : 65535.0 / 256
            return FloatBuffer(values(channels: 0..<3).enumerated().map { $0 % 3 == 0 ? 100 * $1 : most * $1 - 128 })
        }

        /// The samples of the given channels, interleaved and scaled to 0…1.
        private func values(channels wanted: Range<Int>) -> FloatBuffer {
            switch depth {
            case .eight: scaled(UInt8.self, channels: wanted)
            case .sixteen: scaled(UInt16.self, channels: wanted)
            }
        }

        private func scaled<Sample: FixedWidthInteger>(_: Sample.Type, channels wanted: Range<Int>) -> FloatBuffer {
            let samples = picture.samples.assumingMemoryBound(to: Sample.self), channels = Int(picture.channels)
            return FloatBuffer(count: size.pixelCount * wanted.count) { values in
                parallelFor(size.pixelCount, inPartsOf: Self.pixelsPerPart) { pixels in
                    for pixel in pixels {
                        for (i, channel) in wanted.enumerated() {
                            values[pixel * wanted.count + i] =
                                Float(samples[pixel * channels + channel]) / Float(Sample.max)
                        }
                    }
                }
            }
        }
    }

    /// Decodes a file with the signature of `format`; errors name `path`.
    static func decode(
        _ bytes: [UInt8], as format: ImageFormat, path: FilePath, maxPixels: Int
    ) throws(ImageError) -> Samples {
        var picture = cimagecodecs_picture()
        var message = [CChar](repeating: 0, count: cimagecodecs_message_size)
        let limit = UInt64(clamping: maxPixels)
        let status =
            switch format {
            case .png: cimagecodecs_decode_png(bytes, bytes.count, limit, &picture, &message)
            case .jpeg: cimagecodecs_decode_jpeg(bytes, bytes.count, limit, &picture, &message)
            case .tiff: cimagecodecs_decode_tiff(bytes, bytes.count, limit, &picture, &message)
            case .webp: cimagecodecs_decode_webp(bytes, bytes.count, limit, &picture, &message)
            case .avif, .heic: cimagecodecs_decode_heif(bytes, bytes.count, limit, &picture, &message)
            }
        let text = String(cBuffer: message)
        switch status {
        case cimagecodecs_ok:
            return Samples(picture: picture, profileProblem: text.isEmpty ? nil : text)
        case cimagecodecs_too_large:
            let size = Size(width: picture.width, height: picture.height)
            throw .tooLarge(path: path, size: size, maxPixels: maxPixels)
        case cimagecodecs_damaged:
            throw .damaged(path: path, format: format, reason: text)
        case cimagecodecs_unsupported:
            throw .unsupported(path: path, format: format, reason: text)
        case cimagecodecs_camera_raw:
            throw .foreignFormat(path: path, kind: .cameraRaw)
        default:
            throw .file(.unreadable(path: path, reason: text))
        }
    }

    /// Encodes H×W×3 values in 0…1, in the colour space of the storage's profile: with an overlay laid over them, or
    /// for a format with `alpha` (H×W).
    ///
    /// A value v is stored as m·v rounded to the nearest integer and clamped to 0…m, where m is the largest sample; NaN
    /// is stored as 0.
    static func encode(
        _ values: FloatBuffer, with overlay: Overlay? = nil, alpha: FloatBuffer? = nil, size: Size,
        as format: ImageFormat, quality: Int?, storage: ImageStorage
    ) throws(EncodingFailure) -> [UInt8] {
        let channels = alpha == nil ? 3 : 4
        let values = alpha.map { interleaved(values, $0) } ?? values
        return format.isDeep && storage.depth == .sixteen
            ? try encode(samples(values, size, with: overlay) as [UInt16], size, channels, format, quality, storage)
            : try encode(samples(values, size, with: overlay) as [UInt8], size, channels, format, quality, storage)
    }

    /// `values` as they are once they were stored at a depth.
    static func stored(_ values: FloatBuffer, _ depth: ImageStorage.Depth) -> FloatBuffer {
        let largest: Float = depth == .eight ? 255 : 65535
        return FloatBuffer(count: values.count) { stored in
            values.read { given in
                parallelFor(values.count, inPartsOf: 1 << 16) { part in
                    for i in part { stored[i] = Float(sample(given[i], largest)) / largest }
                }
            }
        }
    }

    private static func interleaved(_ colors: FloatBuffer, _ alpha: FloatBuffer) -> FloatBuffer {
        FloatBuffer(count: 4 * alpha.count) { values in
            colors.read { colors in
                alpha.read { opacity in
                    parallelFor(alpha.count, inPartsOf: 1 << 16) { part in
                        for i in part {
                            for c in 0..<3 { values[4 * i + c] = colors[3 * i + c] }
                            values[4 * i + 3] = opacity[i]
                        }
                    }
                }
            }
        }
    }

    /// Whether libpng, which validates profiles, embeds this one.
    static func embeds(_ profile: ColorProfile) -> Bool {
        let pixel = Size(width: 1, height: 1), storage = ImageStorage(profile: profile)
        return (try? encode([0, 0, 0] as [UInt8], pixel, 3, .png, nil, storage)) != nil
    }

    /// The samples of a picture with an overlay: for that alone, its values need not be copied.
    private static func samples<Sample: FixedWidthInteger>(
        _ values: FloatBuffer, _ size: Size, with overlay: Overlay?
    ) -> [Sample] {
        var all: [Sample] = samples(values)
        guard let overlay else { return all }
        let part: [Sample] = samples(overlay.image.values), count = 3 * overlay.image.width
        for (row, y) in overlay.region.rows.enumerated() {
            let start = 3 * (y * size.width + overlay.region.columns.lowerBound)
            all.replaceSubrange(start..<start + count, with: part[row * count..<(row + 1) * count])
        }
        return all
    }

    private static func samples<Sample: FixedWidthInteger>(_ values: FloatBuffer) -> [Sample] {
        let largest = Float(Sample.max)
        return [Sample](unsafeUninitializedCapacity: values.count) { samples, count in
            count = values.count
            guard let samples = samples.baseAddress else { return }
            values.read { values in
                parallelFor(count, inPartsOf: 1 << 16) { part in
                    for i in part { samples[i] = Sample(truncatingIfNeeded: sample(values[i], largest)) }
                }
            }
        }
    }

    /// The sample for a value, in 0…`largest`.
    private static func sample(_ value: Float, _ largest: Float) -> Int32 {
        let scaled = value * largest + 0.5
        // Comparisons with NaN are false: it becomes 0, and the conversion cannot trap.
        return scaled > 0 ? Int32(min(scaled, largest)) : 0
    }

    private static func encode<Sample: FixedWidthInteger>(
        _ samples: [Sample], _ size: Size, _ channels: Int, _ format: ImageFormat, _ quality: Int?,
        _ storage: ImageStorage
    ) throws(EncodingFailure) -> [UInt8] {
        var file = cimagecodecs_buffer()
        defer { cimagecodecs_free_buffer(&file) }
        var message = [CChar](repeating: 0, count: cimagecodecs_message_size)
        var picture = cimagecodecs_picture()
        (picture.width, picture.height) = (size.width, size.height)
        (picture.channels, picture.bits) = (Int32(channels), Int32(Sample.bitWidth))
        picture.density = density(storage.resolution?.rounded(for: format))
        let lossy = Int32(min(max(quality ?? defaultQuality, 1), 100))
        let profile = storage.profile?.bytes ?? [], exif = storage.exif ?? []
        // The C module only reads through the mutable pointers.
        let status = samples.withUnsafeBytes { samples in
            profile.withUnsafeBufferPointer { profile in
                exif.withUnsafeBufferPointer { exif in
                    picture.samples = UnsafeMutableRawPointer(mutating: samples.baseAddress)
                    if !profile.isEmpty { picture.profile = UnsafeMutablePointer(mutating: profile.baseAddress) }
                    picture.profile_count = profile.count
                    if !exif.isEmpty { picture.exif = UnsafeMutablePointer(mutating: exif.baseAddress) }
                    picture.exif_count = exif.count
                    return switch format {
                    case .png: cimagecodecs_encode_png(&picture, &file, &message)
                    case .jpeg: cimagecodecs_encode_jpeg(&picture, lossy, &file, &message)
                    case .tiff: cimagecodecs_encode_tiff(&picture, &file, &message)
                    case .webp: cimagecodecs_encode_webp(&picture, quality == nil ? 0 : lossy, &file, &message)
                    case .avif: cimagecodecs_encode_avif(&picture, lossy, &file, &message)
                    case .heic: cimagecodecs_unsupported
                    }
                }
            }
        }
        guard status == cimagecodecs_ok else {
            let reason = String(cBuffer: message)
            throw EncodingFailure(
                format: format, reason: reason.isEmpty ? "\(format.name) files are only read" : reason)
        }
        return [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
    }

    /// Of a JPEG or an AVIF.
    private static let defaultQuality = 95

    private static func density(_ resolution: Resolution?) -> cimagecodecs_density {
        guard let resolution else { return cimagecodecs_density() }
        let unit =
            switch resolution.unit {
            case .meter: cimagecodecs_per_meter
            case .centimeter: cimagecodecs_per_centimeter
            case .inch: cimagecodecs_per_inch
            case .ratio: cimagecodecs_ratio
            }
        return cimagecodecs_density(x: resolution.x, y: resolution.y, unit: unit)
    }
}
