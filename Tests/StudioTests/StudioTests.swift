import Foundation
import Imaging
import Testing

@testable import Studio

/// What the studio reckons with, apart from its server and its page.
@Suite struct StudioTests {
    @Test func `secrets are long, and none is like another`() {
        let secrets = (0..<100).flatMap { _ in [Gate(port: 1).token, Gate(port: 1).invitation] }
        #expect(Set(secrets).count == 200)
        #expect(secrets.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{48}/) != nil })
    }

    @Test func `words that a shell would take apart are quoted`() {
        #expect(["harmonize", "--at", "-3,4", "a b.png"].shellLine == "harmonize --at -3,4 'a b.png'")
        #expect(["it's", "", "$(x)"].shellLine == "'it'\\''s' '' '$(x)'")
    }

    @Test func `numbers are written as short as they read back`() {
        #expect([0.5, 1, 63.3, 1e-3, -20].map(\.short) == ["0.5", "1", "63.3", "0.001", "-20"])
    }

    @Test(arguments: [(0.0, false), (30, true), (90, false), (-135, true)])
    func `the middle of a placed object stays in a reduced painting`(degrees: Double, isFlipped: Bool) throws {
        let old = Size(width: 440, height: 400), new = Size(width: 220, height: 200)
        let place = PlaceState(x: 100, y: -40, scale: 0.7, rotate: degrees, flip: isFlipped)
        let small = try place.reduced(0.5, from: old, to: new)
        #expect(small.scale == 0.7)
        let (large, little) = (try place.placement.boundingSize(old), try small.placement.boundingSize(new))
        let middle = (Double(place.x) + Double(large.width) / 2, Double(place.y) + Double(large.height) / 2)
        #expect(abs(Double(small.x) + Double(little.width) / 2 - middle.0 / 2) <= 0.5)
        #expect(abs(Double(small.y) + Double(little.height) / 2 - middle.1 / 2) <= 0.5)
    }

    @Test func `places and settings that cannot be worked with are refused`() {
        let good = PlaceState(x: 0, y: 0, scale: 1, rotate: 0, flip: false)
        #expect(good.isSensible)
        for change in [
            { (place: inout PlaceState) in place.scale = 0 }, { $0.scale = .infinity }, { $0.rotate = .nan },
            { $0.x = 1 << 40 }, { $0.scale = 1000 },
        ] as [(inout PlaceState) -> Void] {
            var bad = good
            change(&bad)
            #expect(!bad.isSensible)
        }
        let size = Size(width: 100, height: 50)
        var settings = SettingsState()
        #expect(settings.isSensible(in: size))
        settings.region = [0, 0, 100, 50]
        #expect(settings.isSensible(in: size))
        for region in [[0, 0, 101, 50], [1, 0, 100, 50], [0, 0, 0, 5], [-1, 0, 5, 5], [0, 0, 5], []] {
            settings.region = region
            #expect(!settings.isSensible(in: size))
        }
        settings = SettingsState()
        settings.strength = 11
        #expect(!settings.isSensible(in: size))
    }

    @Test func `of strokes that cross, the later one counts`() {
        let drawing = Drawing(
            width: 20, height: 10,
            strokes: [
                Stroke(keep: true, radius: 2, points: [2, 5, 18, 5]), Stroke(keep: false, radius: 1, points: [10, 5]),
            ])
        let (keep, drop) = drawing.masks
        #expect(keep[5, 5] == 1 && keep[15, 4] == 1 && keep[10, 5] == 0)
        #expect(drop[10, 5] == 1 && drop[9, 4] == 1 && drop[5, 5] == 0)
        #expect(keep[5, 8] == 0 && keep[5, 1] == 0)
        #expect(!zip(keep.values, drop.values).contains { $0 > 0 && $1 > 0 })
    }

    @Test func `strokes beyond the picture and huge ones are clipped`() {
        let drawing = Drawing(
            width: 8, height: 8,
            strokes: [
                Stroke(keep: true, radius: 1, points: [-1e6, -1e6]),
                Stroke(keep: false, radius: 5000, points: [1e6, 4]),
                Stroke(keep: true, radius: 0.1, points: [3.2, 3.7]),
            ])
        #expect(drawing.masks.keep.values.reduce(0, +) == 1)
        #expect(drawing.masks.keep[3, 3] == 1)
    }
}
