internal import ArgumentParser
internal import Files
internal import Imaging
internal import Studio

/// What the studio has done by processes of its own, besides `harmonize` and `harmonize cut`.
struct StudioStep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studio-step", shouldDisplay: false,
        subcommands: [Reduce.self, Tiles.self, Strokes.self, Pack.self])

    /// A picture, reduced to the sizes at which it is shown and worked with.
    struct Reduce: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "picture")

        @ParentCommand var step: StudioStep
        @Argument var file: FilePath
        @Argument var folder: FilePath
        @Option(name: .customLong("side")) var sides: [Int] = []

        func run() throws {
            let root = step.root, limit = root.pictures.limit, warnings = Warnings()
            let picture = try Picture.read(file, maxPixels: limit)
            warnings.add(about: picture, file)
            var alpha = picture.alpha.flatMap { $0.values.contains { $0 < 1 } ? $0 : nil }
            if let path = root.pictures.mask {
                let mask = try MaskFile(path, .object).read(of: [picture], maxPixels: limit, warnings)
                guard mask.size == picture.image.size else {
                    throw PlacementError.maskSize(mask: mask.size, object: picture.image.size)
                }
                alpha = mask
            }
            var summary = JobSummary(.done)
            let size = picture.image.size
            summary.size = [size.width, size.height]
            summary.hasShape = alpha != nil
            summary.bounds = alpha?.bounds.map { [$0.origin.x, $0.origin.y, $0.size.width, $0.size.height] }
            summary.sides = try sides.map { side in
                let reduced = Picture(image: picture.image, alpha: alpha).reduced(toLongSide: side)
                try reduced.write(to: folder.appending("\(side).png"))
                return [reduced.image.width, reduced.image.height]
            }
            summary.warnings = warnings.all
            try JSONLine.print(summary)
        }
    }

    /// A picture at its own size, in squares: `tile-COLUMN-ROW.png`.
    struct Tiles: ParsableCommand {
        @ParentCommand var step: StudioStep
        @Argument var file: FilePath
        @Argument var folder: FilePath
        @Option var side: Int

        func run() throws {
            let picture = try Picture.read(file, maxPixels: step.root.pictures.limit), size = picture.image.size
            for (row, top) in stride(from: 0, to: size.height, by: side).enumerated() {
                for (column, left) in stride(from: 0, to: size.width, by: side).enumerated() {
                    let region = Region(
                        columns: left..<min(left + side, size.width), rows: top..<min(top + side, size.height))
                    try Picture(image: region.part(of: picture.image), alpha: picture.alpha.map(region.part))
                        .write(to: folder.appending("tile-\(column)-\(row).png"))
                }
            }
            var summary = JobSummary(.done)
            summary.size = [size.width, size.height]
            try JSONLine.print(summary)
        }
    }

    /// The masks of strokes: `keep.png` and `drop.png`.
    struct Strokes: ParsableCommand {
        @ParentCommand var step: StudioStep
        @Argument var file: FilePath
        @Argument var folder: FilePath

        func run() throws {
            let masks = try Drawing(reading: file).masks
            for (name, mask) in [("keep", masks.keep), ("drop", masks.drop)] {
                var values = FloatBuffer(repeating: 0, count: 3 * mask.values.count)
                for i in mask.values.indices where mask.values[i] > 0 {
                    for c in 3 * i..<3 * i + 3 { values[c] = 1 }
                }
                try Picture(image: Image(width: mask.width, height: mask.height, values: values))
                    .write(to: folder.appending("\(name).png"))
            }
            try JSONLine.print(JobSummary(.done))
        }
    }

    /// Files in one ZIP file.
    struct Pack: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "zip")

        @ParentCommand var step: StudioStep
        @Argument var file: FilePath
        @Option(name: .customLong("entry")) var entries: [String] = []

        func run() throws {
            var archive = Archive()
            for entry in entries {
                let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let path = FilePath(argument: parts[1]) else { continue }
                try archive.add(parts[0], FileContents.map(path))
            }
            try archive.write(to: file)
            try JSONLine.print(JobSummary(.done))
        }
    }

    @ParentCommand var root: Harmonize
}
