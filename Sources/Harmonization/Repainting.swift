internal import Imaging
internal import NeuralNet
internal import Optimization

/// What the passes have made of a scene so far.
struct Repainting: Sendable {
    let schedule: Schedule
    /// The size that the pictures are of: its place among the schedule's compositions.
    private var index: Int
    /// The pictures of pass 1 and pass 2, of the crop's size and not blended; nil until a pass has run at any size.
    private(set) var first, second: Image?
    /// What the passes did.
    private(set) var records: [PassRecord] = []
    /// The tap scale at the latest size.
    private(set) var tapScale: [VGG16.Tap: Float] = [:]
    /// Whether no more passes are to run.
    var isCancelled = false

    /// Nothing yet, at the smallest size.
    init(of schedule: Schedule) {
        self.schedule = schedule
        index = schedule.compositions.count - 1
    }

    /// The scene at the size that the pictures are of.
    var composition: Composition { schedule.compositions[index] }

    /// Goes to a larger size.
    mutating func carry(to target: Int) {
        while index > target {
            (first, second) = (carried(first), carried(second))
            index -= 1
        }
    }

    /// Takes what a pass made.
    mutating func took(_ picture: Image, _ record: PassRecord, _ tapScale: [VGG16.Tap: Float]) {
        // Until pass 2 has run, at any size, pass 1's picture is the best there is.
        let isLatest = record.pass == 2 || !records.contains { $0.pass == 2 }
        if record.pass == 1 { first = picture }
        if isLatest { second = picture }
        records.append(record)
        self.tapScale = tapScale
        isCancelled = record.ended == .cancelled
    }

    /// A picture of this size at full size.
    func atFullSize(_ picture: Image) -> Image {
        var copy = self
        copy.first = picture
        copy.second = nil
        copy.carry(to: 0)
        return copy.first ?? picture
    }

    /// A picture of this size at twice the size.
    private func carried(_ picture: Image?) -> Image? {
        picture.map { schedule.compositions[index - 1].carried($0, from: composition) }
    }
}
