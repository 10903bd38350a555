internal import ArgumentParser
internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import NeuralNet

/// An error as the user sees it: what and where, a hint, and the exit code (sysexits.h).
struct ErrorReport {
    let what: String
    let hint: String?
    let exitCode: Int32

    /// The kinds of failure that scripts may tell apart.
    enum Code {
        static let usage: Int32 = 64, data: Int32 = 65, noInput: Int32 = 66, resource: Int32 = 69,
            cannotWrite: Int32 = 73, software: Int32 = 70
    }

    /// The lines for stderr.
    var text: String {
        "Error: \(what.escapingControls)\n" + (hint.map { "Hint: \($0.escapingControls)\n" } ?? "")
    }

    init(_ error: any Error) {
        self =
            switch error {
            case let error as ImageError: Self.report(error)
            case let error as FileError: Self.report(error)
            case let error as PlacementError: Self.report(error)
            case let error as HarmonizationError: Self.report(error)
            case let error as WeightsError: Self.report(error)
            case let error as CheckpointError: Self.report(error)
            case let error as FetchError: Self.report(error)
            case Interruption.signal(let number): Self("interrupted", hint: nil, 128 + number)
            case let error as OptionValueError: Self.report(error)
            case let error as JobsFileError: Self.report(error)
            case let error as JobsFailed: Self.report(error)
            case let error as ResultsFile.Failure: Self(error.cause)
            case let error as ChildProcesses.Failure:
                Self(
                    "cannot start \(error.path): \(error.reason)",
                    hint: "too many processes or too little memory? give fewer --jobs at a time", Code.resource)
            case let error as Shard.UnevenArray:
                Self(
                    "the ids of this Slurm array do not tell which part task \(error.id) is",
                    hint: "give --shard I/N, or ids that are evenly spaced: --array=0-3", Code.usage)
            case let error as ConfigurationError: Self.report(error)
            case is TerminalOutput:
                Self(
                    "--output - would write a picture to the terminal",
                    hint: "redirect it, as in '> stage2.png', or name a folder", Code.usage)
            case let error as MissingMask:
                Self(
                    "\(error.object) has no alpha channel and no --mask was given",
                    hint: "give a mask of the object's size with --mask: white where the object is",
                    Code.usage)
            default: Self.usage(error)
            }
    }

    init(_ what: String, hint: String?, _ exitCode: Int32) {
        self.what = what
        self.hint = hint
        self.exitCode = exitCode
    }

    private static func usage(_ error: any Error) -> Self {
        let message = Harmonize.message(for: error).split(separator: "\n").joined(separator: " ")
        let code = Harmonize.exitCode(for: error).rawValue
        guard code == Code.usage else {
            return Self(message, hint: "this should not happen; please report it", Code.software)
        }
        return Self(message, hint: "harmonize --help lists the options", Code.usage)
    }

    /// What is wrong with a file; `hint` is for one that cannot be read.
    static func report(_ error: FileError, hint: String = "give a file you may read") -> Self {
        switch error {
        case .missing(let path):
            Self("\(path) does not exist", hint: "check the path and the folder you are in", Code.noInput)
        case .unreadable(let path, let reason): Self("cannot read \(path): \(reason)", hint: hint, Code.noInput)
        case .cannotWrite(let path, let reason):
            Self(
                "cannot write \(path): \(reason)", hint: "choose a folder you can write to, with room on its disk",
                Code.cannotWrite)
        case .busy(let path):
            Self("another harmonize has \(path) open", hint: "wait for it to end", Code.resource)
        }
    }

    private static func report(_ error: ImageError) -> Self {
        switch error {
        case .file(let error): return report(error, hint: "give a PNG or JPEG file you may read")
        case .unknownFormat(let path):
            return Self(
                "\(path) is neither a PNG nor a JPEG", hint: "convert it to PNG first", Code.data)
        case .damaged(let path, let format, let reason):
            return Self(
                "\(path) is a damaged \(format.name): \(reason)",
                hint: "fetch or export the picture again", Code.data)
        case .unsupported(let path, let format, let reason):
            return Self(
                "\(path) is a kind of \(format.name) that is not read: \(reason)",
                hint: "convert it to PNG first", Code.data)
        case .tooLarge(let path, let size, let limit):
            return Self(
                "\(path) is \(size) pixels, more than the limit of \(limit)",
                hint: "scale the picture down first, or raise the limit with --max-pixels", Code.resource)
        }
    }

    private static func report(_ error: PlacementError) -> Self {
        switch error {
        case .maskSize(let mask, let object):
            return Self(
                "the mask is \(mask) and the object \(object)", hint: "the mask must have the object's size", Code.data)
        case .looseMaskSize(let loose, let object, let painting):
            return Self(
                "the loose mask is \(loose), the object \(object) and the painting \(painting)",
                hint: "the loose mask must have the object's or the painting's size", Code.data)
        case .outside(let corner, let size, let painting):
            return Self(
                "the object, \(size) at \(corner.x),\(corner.y), lies outside the painting, \(painting)",
                hint: "move it with --at X,Y or resize it with --scale", Code.usage)
        case .emptyMask:
            return Self(
                "no pixel of the mask inside the painting belongs to the object",
                hint: "the mask is white where the object is; check it, and --at", Code.data)
        case .emptyLooseMask:
            return Self(
                "no pixel of the loose mask lies inside the painting",
                hint: "the loose mask is white where pixels may change", Code.data)
        case .tooLarge(let object, let scale):
            return Self(
                "the object, \(object), cannot be scaled by \(scale)", hint: "use a smaller --scale", Code.usage)
        }
    }

    private static func report(_ error: HarmonizationError) -> Self {
        switch error {
        case .paintingTooSmall(let size, let smallest):
            return Self(
                "the painting is \(size); each side needs at least \(smallest) pixels", hint: "use a larger painting",
                Code.data)
        case .tooLarge(let size, let needed, let available):
            let (needed, available) = (PlanReport.bytes(needed), PlanReport.bytes(available))
            return Self(
                "the painting, \(size), with this object takes about \(needed) of memory and there are \(available)",
                hint:
                    "work at a smaller size with --size \(max(size.width, size.height) / 2), or use a smaller --model",
                Code.resource)
        case .paintingValue(let value):
            return Self(
                "the painting holds a value of \(value), not in 0…1",
                hint: "this should not happen; please report it", Code.software)
        case .placedSize(let size, let painting):
            return Self(
                "an object placed in \(size) for a painting of \(painting)",
                hint: "this should not happen; please report it", Code.software)
        case .faintMask(let largest):
            return Self(
                "the mask's brightest pixel inside the painting is \(String(format: "%.3f", largest)) of 1",
                hint: "the mask must be white (above 0.1) where the object is; or is --scale too small?", Code.data)
        case .deadTap(let tap):
            return Self(
                "the network sees nothing in this painting: \(tap.rawValue) is 0 everywhere or not finite",
                hint: "check that the painting is not blank, or use another --model", Code.data)
        case .otherCheckpoint(let differences):
            return Self(
                "the checkpoint is of another job: not the same \(differences.map { "--\($0.rawValue)" }.joined(separator: ", "))",
                hint: "give what it was made with, another --checkpoint, or delete it to begin anew", Code.data)
        case .unusableCheckpoint:
            return Self(
                "the checkpoint does not fit the job that it is of", hint: "delete it, to begin anew", Code.data)
        case .cancelled: return Self(Interruption.error)
        }
    }
}

extension ImageFormat {
    fileprivate var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        }
    }
}
