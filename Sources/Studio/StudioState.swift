internal import Foundation
internal import Geometry
internal import Imaging

/// All that the page shows: it is kept here, so that a reload loses nothing and two pages show the same.
struct StudioState: Encodable, Sendable {
    /// Counts the changes.
    var revision = 1
    /// The page that made the last change by hand; empty for none.
    var writer = ""
    /// Counts the changes of what a repainting depends on.
    var inputs = 0
    var painting: PictureState?
    var photograph: PictureState?
    var cut = CutState()
    var object: ObjectState?
    var place: PlaceState?
    var settings = SettingsState()
    /// The strength that `auto` means for this painting.
    var autoStrength: Double?
    var look = LookState()
    var job = JobState()
    var result: ResultState?
    /// What is being read, in words.
    var reading: String?
    var notice: Notice?
    /// The command line that does what is set.
    var command: String?

    struct PictureState: Codable, Sendable {
        let id: String
        let name: String
        let width, height: Int
        /// Whether it has an alpha channel that shows a shape.
        let hasShape: Bool
    }

    /// What is known of the object in its photograph.
    struct CutState: Codable, Sendable {
        var box: [Int]?
        var strokes: [Stroke] = []
        /// Whether a cut is being computed.
        var isWorking: Bool?
        var warning: Notice?
    }

    /// The object with its shape, as the page draws it.
    struct ObjectState: Encodable, Sendable {
        enum Kind: String, Encodable { case shape, mask, cut }

        let id: String
        let kind: Kind
        /// The box around what is not transparent, in the photograph's pixels.
        let bounds: [Int]
    }

    struct LookState: Encodable, Sendable {
        var id: String?
        /// The `inputs` that it shows.
        var inputs = -1
        var isWorking = false
        /// What the first look at them took.
        var milliseconds: Int?
        var problem: Notice?
    }

    struct JobState: Encodable, Sendable {
        enum Status: String, Encodable { case idle, working, stopping }

        var status = Status.idle
        var part = 0.0
        var left: Int?
        var what: String?
        /// The newest preview, and how many there were.
        var preview: String?
    }

    struct ResultState: Encodable, Sendable {
        let id: String
        let inputs: Int
        let isWhole: Bool
        let seconds: Double
        let strength: Double
        let command: String
        let warnings: [Notice]
    }

    /// A message in two sentences: what is, and what to do.
    struct Notice: Codable, Sendable, Equatable {
        var text: String
        var hint: String?
        /// Distinguishes one from the next of the same words.
        var number = 0
        var isError = true
    }
}

/// A stroke of the brush over the photograph, in its pixels.
struct Stroke: Codable, Sendable {
    let keep: Bool
    let radius: Double
    /// x, y, x, y …
    let points: [Double]
}

/// Where the object is: the options of the command.
struct PlaceState: Codable, Sendable, Equatable {
    var x, y: Int
    var scale, rotate: Double
    var flip: Bool

    var placement: Placement {
        Placement(at: Point(x: x, y: y), scale: scale, rotation: rotate, isMirrored: flip)
    }

    /// Whether the values are in the ranges in which they can be worked with.
    var isSensible: Bool {
        abs(x) <= 1_000_000 && abs(y) <= 1_000_000 && scale.isFinite && 0.001...100 ~= scale && rotate.isFinite
            && abs(rotate) <= 360
    }

    /// The same place in a painting that is `factor` times as large, of an object of `old` size given as `new`.
    func reduced(_ factor: Double, from old: Size, to new: Size) throws -> PlaceState {
        let box = try placement.boundingSize(old)
        var result = self
        result.scale = scale * factor * Double(old.width) / Double(new.width)
        let small = try result.placement.boundingSize(new)
        result.x = Int(((Double(x) + Double(box.width) / 2) * factor - Double(small.width) / 2).rounded())
        result.y = Int(((Double(y) + Double(box.height) / 2) * factor - Double(small.height) / 2).rounded())
        return result
    }

    /// The command's options.
    var arguments: [String] {
        ["--at", "\(x),\(y)", "--scale", scale.short]
            + (rotate == 0 ? [] : ["--rotate", rotate.short]) + (flip ? ["--flip"] : [])
    }
}

/// How the object is repainted: the options of the command.
struct SettingsState: Codable, Sendable, Equatable {
    enum Quality: String, Codable { case draft, normal, fine }

    /// 1…10; nil for the painting's own.
    var strength: Double?
    var detail = 0.5
    var ownColors = false
    /// How far the object's colours move to those around it first.
    var matching = 0.5
    var quality = Quality.normal
    /// The part of the painting to learn from.
    var region: [Int]?

    func isSensible(in painting: Size?) -> Bool {
        guard strength.map((1...10).contains) ?? true, 0...1 ~= detail, 0...1 ~= matching else { return false }
        guard let region else { return true }
        guard let painting, region.count == 4, region.allSatisfy({ 0...1_000_000 ~= $0 }) else { return false }
        return region[2] > 0 && region[3] > 0 && region[0] + region[2] <= painting.width
            && region[1] + region[3] <= painting.height
    }

    /// The command's options, but for the quality.
    func arguments(autoStrength: Double? = nil, factor: Double = 1) -> [String] {
        var words: [String] = []
        if let strength = strength ?? autoStrength { words += ["--style-level", strength.short] }
        if detail != 0.5 { words += ["--detail", detail.short] }
        if ownColors { words += ["--keep-colors"] }
        if matching != 0.5 { words += ["--match-colors", matching.short] }
        if let region {
            let start = region.prefix(2).map { Int((Double($0) * factor).rounded(.down)) }
            let size = region.suffix(2).map { max(1, Int((Double($0) * factor).rounded(.down))) }
            words += ["--style-region", (start + size).map(String.init).joined(separator: ",")]
        }
        return words
    }
}

extension Double {
    /// The shortest form that reads back the same, without `.0`.
    var short: String {
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension [String] {
    /// The words as a shell reads them.
    var shellLine: String {
        map { word in
            if !word.isEmpty, word.unicodeScalars.allSatisfy({ $0.isPlain }) { return word }
            return "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }
}

extension Unicode.Scalar {
    fileprivate var isPlain: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", ".", ",", "_", "-", "/", "+", "=", ":", "@", "%": true
        default: false
        }
    }
}
