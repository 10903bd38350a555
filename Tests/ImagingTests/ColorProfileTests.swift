import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct ColorProfileTests {
    /// sRGB's curve, from linear light.
    private func encoded(_ linear: Double) -> Double {
        let light = min(max(linear, 0), 1)
        return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    }

    /// Levels from 0 to 1, closer together near black.
    private let levels = (0...12).map { pow(Double($0) / 12, 2) }

    @Test func `a matrix and a gamma are what the formula says`() throws {
        let profile = try ColorProfile(icc: TestProfile.wide)
        #expect(profile.space == .rgb && profile.isWritable && !profile.isSRGB)
        let colors = levels.flatMap { r in levels.flatMap { g in levels.map { b in [r, g, b] } } }
        let converted = profile.toSRGB.applied(to: colors.flatMap { $0.map(Float.init) })
        var worst = 0.0
        for (i, color) in colors.enumerated() {
            let light = color.map { pow($0, 563.0 / 256) }
            // Red and blue are sRGB's, so green alone is spread; the rows sum to 1, as white is white.
            let linear = [
                1.3983557 * light[0] - 0.3983557 * light[1], light[1], 1.0429290 * light[2] - 0.0429290 * light[1],
            ]
            for c in 0..<3 { worst = max(worst, abs(encoded(linear[c]) - Double(converted[3 * i + c]))) }
        }
        // Profiles hold numbers to 1/65536; sums of three and sRGB's slope of 12.92 near black multiply that.
        #expect(worst < 6e-4)
    }

    @Test func `what is in reach of both spaces comes back`() throws {
        let profile = try ColorProfile(icc: TestProfile.wide)
        let values = (0..<3000).map { Float($0 * 37 % 101) / 100 }
        let back = profile.toSRGB.applied(to: try #require(profile.fromSRGB).applied(to: values))
        #expect(zip(back, values).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func `a grey gamma is what the formula says`() throws {
        let profile = try ColorProfile(icc: TestProfile.gray18)
        #expect(profile.space == .gray && !profile.isWritable)
        let converted = profile.toSRGB.applied(to: levels.map(Float.init))
        for (i, level) in levels.enumerated() {
            for c in 0..<3 { #expect(abs(Double(converted[3 * i + c]) - encoded(pow(level, 1.8))) < 2e-4) }
        }
    }

    @Test func `many colours are converted as each is alone`() throws {
        let profile = try ColorProfile(icc: TestProfile.wide)
        let values = (0..<3 * 10_000).map { Float($0 * 7919 % 1009) / 1008 }
        let together = profile.toSRGB.applied(to: values)
        for first in [0, 3 * 4095, 3 * 4096, 3 * 9999] {
            #expect(profile.toSRGB.applied(to: Array(values[first..<first + 3])) == Array(together[first..<first + 3]))
        }
    }

    @Test func `black is mapped to black`() throws {
        let profile = try ColorProfile(icc: TestProfile.linearTable(black: 0.02))
        let (black, white) = (profile.toSRGB.applied(to: [0, 0, 0]), profile.toSRGB.applied(to: [1, 1, 1]))
        #expect(black.allSatisfy { $0 < 0.01 })
        #expect(white.allSatisfy { $0 > 0.99 })
    }

    @Test func `a profile that says nothing about the way back cannot be written`() throws {
        let profile = try ColorProfile(icc: TestProfile.linearTable())
        #expect(profile.space == .rgb && !profile.isWritable)
    }

    @Test func `sRGB is known for what it is, rounded too, and what is merely near is not`() throws {
        #expect(try ColorProfile(icc: TestProfile.sRGB).isSRGB)
        #expect(try ColorProfile(icc: TestProfile.roundedSRGB).isSRGB)
        #expect(try !ColorProfile(icc: TestProfile.gamma22).isSRGB)
        #expect(try !ColorProfile(icc: TestProfile.swapped).isSRGB)
    }

    @Test("what is no profile for pictures is refused", arguments: [TestProfile.link, TestProfile.lab])
    func refusesOtherKinds(bytes: [UInt8]) {
        #expect(throws: ColorProfile.Problem(reason: "it is of a kind that pictures do not have")) {
            try ColorProfile(icc: bytes)
        }
    }

    @Test func `a profile cut short is damaged`() throws {
        let whole = TestProfile.wide
        // The last bytes only fill up to a multiple of four, or belong to a curve that others share.
        for count in stride(from: 0, to: whole.count / 2, by: 7) {
            #expect(throws: ColorProfile.Problem(reason: "it is damaged")) {
                try ColorProfile(icc: Array(whole[..<count]))
            }
        }
    }

    @Test(
        "a changed byte gives a problem or a profile",
        arguments: [TestProfile.wide, TestProfile.gray18, TestProfile.cmyk])
    func survivesEveryChangedByte(whole: [UInt8]) {
        for position in whole.indices {
            var changed = whole
            changed[position] ^= 1 << UInt8(position % 8)
            guard let profile = try? ColorProfile(icc: changed) else { continue }
            let converted = profile.toSRGB.applied(to: FloatBuffer(repeating: 0.4, count: profile.space.channels * 2))
            #expect(converted.allSatisfy { (0...1).contains($0) })
        }
    }
}
