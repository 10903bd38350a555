/// The random numbers of one pixel in one iteration: SplitMix64 (Steele, Lea and Flood 2014), started from the three
/// numbers it is made from, so that they do not depend on which pixels were visited before.
struct PixelGenerator {
    private var state: UInt64

    init(seed: UInt64, iteration: Int, pixel: Int) {
        state = Self.mixed(Self.mixed(seed &+ UInt64(iteration) &* Self.step) ^ UInt64(pixel))
    }

    /// A number in `range`, which holds at least one and fewer than 2³².
    mutating func next(in range: ClosedRange<Int>) -> Int {
        state &+= Self.step
        let count = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(((Self.mixed(state) >> 32) &* count) >> 32)
    }

    /// 2⁶⁴ over the golden ratio, odd.
    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
