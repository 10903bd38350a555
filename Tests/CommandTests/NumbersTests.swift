import Dispatch
import Foundation
import Imaging
import TestSupport
import Testing

/// Numbers at the ends of their ranges, as a user gives them: a result, and a warning where it is not what was wanted.
@Suite(.timeLimit(.minutes(60))) struct NumbersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let largest = "\(Int.max)"

    private func warnings(_ options: [String]) throws -> String {
        let outcome = try Command.run(
            ["--painting", Fixture.painting, "--object", Fixture.cup, "--quiet"]
                + (options.contains("--mask") ? [] : ["--mask", Fixture.mask]) + options, in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return outcome.errors
    }

    @Test func `the largest whole numbers are taken`() throws {
        #expect(try warnings(["--iterations", largest, "--dry-run"]) == "")
        #expect(try warnings(["--iterations", "1,\(largest)", "--size", largest, "--dry-run"]) == "")
        #expect(try warnings(["--iterations", "1", "--threads", largest, "--preview-every", largest]) == "")
        #expect(try folder.names == ["preview.png", "stage1.png", "stage2.png"])
    }

    @Test(arguments: ["0.001", "1e-300", "5e-324"])
    func `an object too small to be seen is told`(scale: String) throws {
        try folder.writeGrey(0.105, width: 110, height: 100, to: "faint.png")
        let options = ["--mask", "faint.png", "--scale", scale, "--iterations", "1", "--faithful"]
        #expect(
            try warnings(options) == """
                Warning: the mask faint.png is grey, not white, in 100 % of its shape: it counts as 11 % there
                Hint: white is opaque; in a map of labels, make the object's label white and all else black
                Warning: the result is the painting itself: nothing of the object can be seen
                Hint: is the object very small or faint? see --scale and --mask

                """)
    }

    @Test func `weights by which nothing moves are told`() throws {
        let weights = ["content", "style", "histogram", "tv"].flatMap { ["--\($0)-weight", "1e-30"] }
        let told = try warnings(weights + ["--iterations", "4", "--faithful"])
        #expect(told.contains("Warning: pass 1 ended after 4 of 4 evaluations: no step lowers its loss\nHint: "))
        #expect(told.contains("Warning: pass 2 ended after 4 of 4 evaluations: no step lowers its loss\nHint: "))
    }

    @Test(arguments: ["0", "5e-324", "1e-320", "1e38", "1e39", "1.79e308"])
    func `whatever the weights, there are pictures, a trace and a plot`(weight: String) throws {
        let weights = ["content", "style", "histogram", "tv"].flatMap { ["--\($0)-weight", weight] }
        let extras = ["--trace", "t.json", "--plot", "p.svg", "--compare", "c.png", "--json"]
        let told = try warnings(weights + extras + ["--iterations", "3"])
        #expect(told.contains("Warning: pass 1 ") == (weight != "1e38"))
        #expect(try folder.names == ["stage1.png", "stage2.png", "t.json", "p.svg", "c.png"])
    }

    @Test func `runs at the same time write the same bytes, whatever their threads`() throws {
        let threads = [[], ["--threads", "1"], ["--threads", "3"], ["--threads", "7"]]
        let codes = UnsafeMutableBufferPointer<Int32>.allocate(capacity: threads.count)
        codes.initialize(repeating: -1)
        defer { codes.deallocate() }
        nonisolated(unsafe) let shared = codes
        let folder = folder
        DispatchQueue.concurrentPerform(iterations: threads.count) { i in
            let options = ["--iterations", "20", "--quiet", "--output", "\(i)"]
            shared[i] = (try? Command.run(Fixture.sample + options + threads[i], in: folder).exitCode) ?? -1
        }
        #expect(Array(codes) == [0, 0, 0, 0])
        for i in 1..<threads.count { #expect(try folder.stages(in: "\(i)") == folder.stages(in: "0")) }
    }
}
