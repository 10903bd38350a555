internal import Cutting
internal import Files
internal import Harmonization
internal import Imaging
internal import Terminal

/// The warnings of a job: suspicious input and results, which do not stop it.
///
/// Each is written to stderr once, at once, even with `--quiet`, and kept for the summary.
final class Warnings {
    /// A warning and a hint.
    struct Warning: Encodable, Equatable {
        let warning, hint: String
    }

    private(set) var all: [Warning] = []

    func add(_ warning: Warning?) {
        guard let warning, !all.contains(warning) else { return }
        all.append(warning)
        StandardError.write("Warning: \(warning.warning.escapingControls)\nHint: \(warning.hint.escapingControls)\n")
    }

    /// Adds warnings, but for those of the mask: `PictureOptions.read` knows where it comes from, and adds what counts.
    func add(_ warnings: [HarmonizationWarning]) {
        for warning in warnings {
            if case .mask = warning { continue }
            add(Warning(warning))
        }
    }

    /// Adds what to know of a picture, called `name` in messages.
    func add(about picture: Picture, _ name: FilePath) {
        add(Warning(profileOf: picture, name))
        add(picture.warnings, name)
    }

    func add(_ warnings: [PictureWarning], _ name: FilePath) {
        for warning in warnings { add(Warning(warning, name)) }
    }
}

extension Warnings.Warning {
    init(_ warning: HarmonizationWarning) {
        switch warning {
        case .mask(let warning): self.init(warning)
        case .flatPainting:
            self.init(
                warning: "the painting is one flat colour: the object will become the same",
                hint: "is it the right file? a style needs strokes or texture")
        case .skippedSize(let reduction):
            self.init(
                warning: "the network sees nothing in the painting at 1/\(reduction) of its size, which was left out",
                hint: "is the painting nearly blank? if not, try another --model")
        case .nonFiniteLoss(let pass, let reduction, let evaluation):
            self.init(
                warning: "\(PassName(pass, reduction)) met a loss that is not finite at evaluation \(evaluation); "
                    + "kept the best so far",
                hint: "are the weights extreme? leave them out, or check --model with 'harmonize model info'")
        case .noProgress(let pass, let reduction, let evaluations, let most):
            self.init(
                warning: "\(PassName(pass, reduction)) ended after \(evaluations) of \(most) evaluations: "
                    + "no step lowers its loss",
                hint: "are the weights extreme, or the object the painting itself? try the default weights")
        case .unchangedPainting:
            self.init(
                warning: "the result is the painting itself: nothing of the object can be seen",
                hint: "is the object very small or faint? see --scale and --mask")
        case .flatObject:
            self.init(
                warning: "the repainted object is one flat colour",
                hint: "is the painting flat where it looks like the object? try a lower --style-level")
        }
    }

    init(_ warning: CutWarning) {
        let strokes = "paint what is missing white in a --keep mask, and what is too much in a --drop mask"
        switch warning {
        case .empty:
            self.init(
                warning: "nothing was found to cut out",
                hint: "draw the --box closer around the object, or paint over some of it in a --keep mask")
        case .whole(let coverage):
            self.init(
                warning: "the object fills \(Int((100 * coverage).rounded())) % of the box",
                hint: "leave some background inside the --box, or paint some of it in a --drop mask")
        case .ragged:
            self.init(
                warning: "the object's outline is ragged: some of its colours are the background's, too",
                hint: "look at the cutout; \(strokes)")
        }
    }

    private init(_ warning: MaskWarning) {
        switch warning {
        case .coversAll:
            self.init(
                warning: "the mask is white all over: the whole picture is the object",
                hint: "white is where the object is, black around it")
        case .inverted(let coverage, let coversCorners):
            self.init(
                warning: "the mask covers \(Int((100 * coverage).rounded())) % of the picture"
                    + (coversCorners ? " and all its corners" : ""),
                hint: "is it inverted? White is where the object is, black around it")
        case .turned(let turn):
            let turned =
                switch turn {
                case .upsideDown: "upside down"
                case .mirrored: "mirrored"
                case .rotated: "turned by 180°"
                case .left: "turned by 90° to the left"
                case .right: "turned by 90° to the right"
                }
            self.init(
                warning: "the mask's outline follows the object's edges better when it is \(turned)",
                hint: "was one of the two files turned or mirrored, perhaps by its EXIF orientation? "
                    + "export both from the same picture")
        }
    }

    init(_ warning: PictureWarning, _ name: FilePath) {
        switch warning {
        case .firstOfSeveral:
            self.init(
                warning: "\(name) holds more pictures than one; the first is used",
                hint: "for another one, save it in a file of its own")
        case .clipped:
            self.init(
                warning: "\(name) has values outside of 0 to 1, which were clipped",
                hint: "where too much is white or black, map its tones in a photo editor first")
        }
    }

    /// A warning that the colour profile of `picture`, called `name` in messages, is not used; nil where it is.
    init?(profileOf picture: Picture, _ name: FilePath) {
        guard let problem = picture.profileProblem else { return nil }
        self.init(
            warning: "the colour profile of \(name) is not used: \(problem)",
            hint: "its colours are taken as sRGB; where they look wrong, convert it to sRGB in a photo editor")
    }
}
