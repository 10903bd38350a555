internal import Files
internal import Imaging

/// A file with a mask, from any program.
struct MaskFile {
    /// What a mask is for.
    enum Role {
        case object, loose, strokes

        /// The value up to which a mask says no.
        fileprivate var threshold: Float {
            switch self {
            case .object: 0
            case .loose: 0.1
            case .strokes: 0.5
            }
        }
    }

    let path: FilePath
    let role: Role

    init(_ path: FilePath, _ role: Role) { (self.path, self.role) = (path, role) }

    /// Reads the mask of one of `pictures`. Adds what is not sure about it to `warnings`.
    func read(of pictures: [Picture], maxPixels: Int, _ warnings: Warnings) throws -> Mask {
        // A mask's profile does not count.
        let picture = try Picture.read(argument: path, maxPixels: maxPixels), reading: MaskReading
        warnings.add(picture.warnings, name)
        do {
            reading = try MaskReading(picture, of: pictures)
        } catch {
            throw UnusableMask(name: name, error: error)
        }
        if let doubt = reading.doubt, matters(doubt, reading.mask) { warnings.add(Warnings.Warning(doubt, name)) }
        if reading.isTurned { warnings.add(Warnings.Warning(turnedMask: name)) }
        return reading.mask
    }

    /// Whether a doubt is about more than what is an error, or right for the role, anyway.
    private func matters(_ doubt: MaskDoubt, _ mask: Mask) -> Bool {
        let value: Double
        switch doubt {
        case .gray(let opacity, _): value = opacity
        case .faint(let most): value = most
        default: return true
        }
        switch role {
        // A mask without any value above 0.1 is refused.
        case .object: return mask.values.contains { $0 > 0.1 }
        case .loose, .strokes: return Float(value) <= role.threshold
        }
    }

    /// The file's name in messages.
    private var name: FilePath { path == StandardInput.argument ? StandardInput.name : path }
}

/// A file that cannot be used as a mask.
struct UnusableMask: Reportable {
    let name: FilePath
    let error: NotAMask

    var report: ErrorReport {
        ErrorReport(
            "the mask \(name) cannot be used: \(error)",
            hint: "a mask is white where the object is and black around it, or a cut-out with transparency; "
                + "of a coloured overlay save the shape alone")
    }
}

extension Warnings.Warning {
    fileprivate init(_ doubt: MaskDoubt, _ name: FilePath) {
        func percent(_ share: Double) -> String {
            share < 0.01 ? "less than 1 %" : "\(Int((100 * share).rounded())) %"
        }
        switch doubt {
        case .gray(let opacity, let share):
            self.init(
                warning: "the mask \(name) is grey, not white, in \(percent(share)) of its shape: it counts as "
                    + "\(percent(opacity)) there",
                hint: "white is opaque; in a map of labels, make the object's label white and all else black")
        case .faint(let most):
            self.init(
                warning: "the mask \(name) is nowhere white: it counts as \(percent(most)) at most",
                hint: "white is opaque; is it the right file?")
        case .colors(let count):
            self.init(
                warning: "the mask \(name) has \(count == 1 ? "a colour" : "\(count) colours"): "
                    + "all that is not black was taken as white",
                hint: "if not all of it is the object, make its colour white and all else black")
        case .shades:
            self.init(
                warning: "the mask \(name) has a colour in many shades: they were taken as opacity",
                hint: "is it the right file? a mask is white where the object is, black around it")
        case .transparency:
            self.init(
                warning: "the mask \(name) has colours and transparency: the transparency alone was taken",
                hint: "to be sure, save it without transparency, white where the object is, black around it")
        case .alphaAndGrays:
            self.init(
                warning: "the mask \(name) has transparency and greys, which were multiplied",
                hint: "save it without transparency, white where the object is, black around it")
        }
    }

    fileprivate init(turnedMask name: FilePath) {
        self.init(
            warning: "the mask \(name) was turned by 90°: it has the size of a picture before its EXIF orientation",
            hint: "if it lies wrong, save picture and mask upright, without EXIF orientation")
    }
}
