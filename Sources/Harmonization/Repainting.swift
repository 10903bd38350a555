internal import Imaging
internal import NeuralNet

/// What the passes have made of a scene so far.
struct Repainting: Sendable {
    /// The size that the pictures are of: its place among the schedule's compositions.
    private(set) var index: Int
    /// The pictures of pass 1 and pass 2, of the crop's size and not blended; nil until the pass has run at any size.
    private(set) var first, second: Image?
    /// What the passes did.
    private(set) var records: [PassRecord]
    /// The tap scale at the latest size.
    private(set) var tapScale: [VGG16.Tap: Float]
    /// Whether no more passes are to run.
    var isCancelled = false

    /// Nothing yet, at a size; or what was taken down of one.
    init(
        at index: Int, first: Image? = nil, second: Image? = nil, records: [PassRecord] = [],
        tapScale: [VGG16.Tap: Float] = [:]
    ) {
        (self.index, self.first, self.second) = (index, first, second)
        (self.records, self.tapScale) = (records, tapScale)
    }

    /// The best picture there is.
    var best: Image? { second ?? first }

    /// Pass 1's picture, where pass 2 is what has to be done next at this size.
    var forSecondPass: Image? {
        records.last.flatMap { $0.pass == 1 && $0.reduction == 1 << index ? first : nil }
    }

    /// Goes to a larger size.
    mutating func carry(to target: Int, in schedule: Schedule) {
        first = first.map { schedule.carried($0, from: index, to: target) }
        second = second.map { schedule.carried($0, from: index, to: target) }
        index = target
    }

    /// Takes what a pass made.
    mutating func took(_ picture: Image, _ record: PassRecord, _ tapScale: [VGG16.Tap: Float]) {
        if record.pass == 1 { first = picture } else { second = picture }
        records.append(record)
        self.tapScale = tapScale
        isCancelled = record.ended == .cancelled
    }
}
