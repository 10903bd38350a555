internal import Imaging
internal import NeuralNet

/// The state of a harmonization, which a checkpoint saves: the results of the passes that are done, and the
/// minimisation of the current pass.
///
/// A harmonization that continues from a copy of it ends with the same result, to the bit.
struct RunState: Sendable {
    /// The size of the pictures, as an index into ``Schedule/compositions``: 0 is full size.
    private(set) var sizeIndex: Int
    /// The latest results of pass 1 and pass 2, of the crop's size and not blended; nil before the pass has run at any
    /// size.
    private(set) var stage1, stage2: Image?
    /// The records of the passes that are done, in order.
    private(set) var records: [PassRecord]
    /// The tap scale at the latest size.
    private(set) var tapScale: [VGG16.Tap: Float]
    /// The minimisation of the current pass; nil until its first step is done.
    private(set) var pass: PassState?
    /// The seconds spent on the current pass, its set-up included.
    private(set) var seconds: Double
    /// Whether the run was cancelled: no further pass runs.
    var isCancelled = false

    /// The initial state at the size `sizeIndex`, or a restored one.
    init(
        sizeIndex: Int, stage1: Image? = nil, stage2: Image? = nil, records: [PassRecord] = [],
        tapScale: [VGG16.Tap: Float] = [:], pass: PassState? = nil, seconds: Double = 0
    ) {
        (self.sizeIndex, self.stage1, self.stage2) = (sizeIndex, stage1, stage2)
        (self.records, self.tapScale, self.pass, self.seconds) = (records, tapScale, pass, seconds)
    }

    /// The number of evaluations so far, of all passes.
    var evaluations: Int { records.reduce(pass?.evaluations.count ?? 0) { $0 + $1.evaluations.count } }

    /// This state with the current pass advanced to `pass`, after `seconds`.
    func advanced(to pass: PassState?, after seconds: Double) -> RunState {
        var state = self
        (state.pass, state.seconds) = (pass, seconds)
        return state
    }

    /// Upsamples the pictures to a larger size of the schedule.
    mutating func carry(to target: Int, in schedule: Schedule) {
        stage1 = stage1.map { schedule.carried($0, from: sizeIndex, to: target) }
        stage2 = stage2.map { schedule.carried($0, from: sizeIndex, to: target) }
        sizeIndex = target
    }

    /// Stores the synthesized result, of the crop's size.
    mutating func replaceStage2(_ picture: Image) { stage2 = picture }

    /// Stores the result of the current pass at its end.
    mutating func finishPass(_ picture: Image, _ record: PassRecord, _ tapScale: [VGG16.Tap: Float]) {
        if record.pass == 1 { stage1 = picture } else { stage2 = picture }
        records.append(record)
        self.tapScale = tapScale
        (pass, seconds) = (nil, 0)
        isCancelled = record.ended == .cancelled
    }
}
