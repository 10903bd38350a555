internal import Imaging
internal import NeuralNet

extension HarmonizationCheckpoint {
    /// The identity of the inputs that determine a result to the bit. The checksums detect mixed-up files; they are not
    /// cryptographic.
    struct Subject: Equatable, Codable {
        /// Checksums of the pixels.
        let painting, object, mask: UInt64
        let looseMask: UInt64?
        /// The object's region in the painting: column, row, width and height.
        let place: [Int]
        /// Checksum of the network's parameters.
        let model: UInt64
        /// The settings, with those that do not affect the result set to nil.
        let settings: Settings
    }
}

extension HarmonizationCheckpoint.Subject {
    init(_ painting: Image, _ object: PlacedObject, _ settings: Settings, _ network: VGG16) {
        let size = [painting.width, painting.height].map(Float.init)
        self.painting = Checksum.fnv1a(floats: painting.values, after: Checksum.fnv1a(floats: size))
        self.object = Checksum.fnv1a(floats: object.image.values)
        mask = Checksum.fnv1a(floats: object.mask.values)
        looseMask = object.looseMask.map { Checksum.fnv1a(floats: $0.values) }
        place = [object.origin.x, object.origin.y, object.image.width, object.image.height]
        model = network.checksum
        var settings = settings.resolved
        (settings.memoryLimit, settings.threads) = (nil, nil)
        self.settings = settings
    }

    /// The inputs and settings in which the two differ.
    func differences(from other: Self) -> [HarmonizationCheckpoint.Difference] {
        var differences: [HarmonizationCheckpoint.Difference] = []
        func compare<Value: Equatable>(_ value: (Self) -> Value, _ difference: HarmonizationCheckpoint.Difference) {
            if value(self) != value(other) { differences.append(difference) }
        }
        compare(\.painting, .painting)
        compare(\.place, .place)
        // An object that was moved or scaled differs in its resampled pixels anyway.
        if place == other.place {
            compare(\.object, .object)
            compare(\.mask, .mask)
            compare(\.looseMask, .looseMask)
        }
        compare(\.model, .model)
        compare(\.settings.iterations, .iterations)
        compare(\.settings.styleLevel, .styleLevel)
        compare(\.settings.detail, .detail)
        compare(\.settings.styleRegion, .styleRegion)
        compare(\.settings.keepsColors, .keepColors)
        compare(\.settings.colorMatching, .matchColors)
        compare(\.settings.usesPaperMethod, .faithful)
        compare(\.settings.optimizer, .optimizer)
        compare(\.settings.histogramRange, .histogramRange)
        compare(\.settings.contentWeight, .contentWeight)
        compare(\.settings.styleWeight, .styleWeight)
        compare(\.settings.histogramWeight, .histogramWeight)
        compare(\.settings.tvWeight, .tvWeight)
        compare(\.settings.largestSide, .size)
        return differences
    }
}
