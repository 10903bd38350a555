import Foundation
import TestSupport
import Testing

/// `--trace`: its keys, and its numbers against the oracle's.
@Suite(.timeLimit(.minutes(60))) struct TraceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func trace(_ arguments: [String]) throws -> TraceFile {
        let outcome = try Command.run(arguments + ["--quiet", "--trace", "trace.json"], in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try TraceFile(folder.path("trace.json"))
    }

    /// The options for a scene whose object and mask have the painting's size.
    private static func scene(_ painting: String, _ object: String, _ mask: String) -> [String] {
        ["--painting", painting, "--object", object, "--mask", mask].enumerated().map { i, word in
            i % 2 == 0 ? word : Fixture.path(word + ".png")
        }
    }

    struct Scene: Sendable, CustomTestStringConvertible {
        let name: String
        let options: [String]
        var testDescription: String { name }
    }

    private static let scenes = [
        Scene(name: "cup", options: scene("painting", "framed-cup", "framed-mask")),
        Scene(
            name: "loose",
            options: scene("painting", "framed-cup", "framed-mask")
                + ["--loose-mask", Fixture.path("framed-loose.png")]),
        Scene(name: "line", options: scene("painting", "framed-cup", "framed-line")),
        Scene(
            name: "dot",
            options: scene("painting", "framed-cup", "framed-dot")
                + ["--loose-mask", Fixture.path("framed-dot-loose.png")]),
        Scene(name: "calm", options: scene("calm-painting", "calm-cup", "calm-mask") + ["--style-level", "10"]),
    ]

    @Test("the numbers at the composite are the oracle's", arguments: scenes)
    func agreesWithOracle(scene: Scene) throws {
        let level = scene.options.contains("--style-level") ? [] : ["--style-level", "5"]
        let trace = try trace(scene.options + level + ["--faithful", "--iterations", "0"])
        let oracle = try OracleTrace(scene.name)
        // Sums over some 10⁵ Float products in another order differ by far less.
        func expectClose(_ name: String, _ actual: Double?, _ expected: Double) {
            let error = actual.map { abs($0 - expected) / max(abs(expected), 1e-30) } ?? .infinity
            #expect(error <= 1e-4 || actual == expected, "\(name): \(actual as Any) instead of \(expected)")
        }

        #expect(trace.tapScale.count == oracle.scale.count)
        for (tap, scale) in oracle.scale { expectClose("scale \(tap)", trace.tapScale["relu\(tap)"], scale) }
        for (pass, terms) in zip(trace.passes, [oracle.pass1, oracle.pass2]) {
            let losses = try #require(pass.evaluations.first)
            for (name, value) in terms {
                let parts = name.split(separator: ":"), tap = "relu\(parts.last ?? "")"
                let actual: Double? =
                    switch parts[0] {
                    case "content": losses.content
                    case "style": losses.style[tap]
                    case "histogram": losses.histogram[tap]
                    case "tv": losses.tv
                    default: nil
                    }
                expectClose("pass \(pass.pass) \(name)", actual, value)
            }
            #expect(losses.style.count == terms.keys.count { $0.hasPrefix("style") })
            #expect(losses.histogram.count == terms.keys.count { $0.hasPrefix("histogram") })
        }
        let weights = trace.passes[1].weights
        expectClose("style weight", weights.style, oracle.weights2["style"] ?? .nan)
        expectClose("histogram weight", weights.histogram, oracle.weights2["histogram"] ?? .nan)
        expectClose("tv weight", weights.tv, oracle.weights2["tv"] ?? .nan)
        #expect(weights.content == 1)
    }

    @Test("the total is the weighted sum of the terms", arguments: scenes)
    func sumsUp(scene: Scene) throws {
        for pass in try trace(scene.options + ["--iterations", "2"]).passes {
            for losses in pass.evaluations {
                let sum =
                    pass.weights.content * losses.content + pass.weights.style * losses.style.values.reduce(0, +)
                    + pass.weights.histogram * losses.histogram.values.reduce(0, +) + pass.weights.tv * losses.tv
                    + pass.weights.matched * losses.matched.values.reduce(0, +)
                #expect(abs(losses.total - sum) <= 1e-12 * abs(sum))
            }
        }
    }

    @Test func `0 iterations of the paper's method are one evaluation a pass, and the composite blended`() throws {
        let passes = try trace(Fixture.sample + ["--iterations", "0", "--faithful"]).passes
        #expect(passes.map(\.pass) == [1, 2])
        #expect(passes.map(\.evaluations.count) == [1, 1])
        #expect(passes.map(\.ended) == ["iterations", "iterations"])
        #expect(try folder.bytes("stage1.png") == folder.bytes("stage2.png"))
    }

    @Test func `N,M are the evaluations of the two passes`() throws {
        let trace = try trace(Fixture.sample + ["--iterations", "2,3"])
        #expect(trace.settings.iterations == [2, 3])
        #expect(trace.passes.map(\.evaluations.count) == [2, 3])
    }

    @Test func `a quality sets the evaluations, and --iterations those that it sets`() throws {
        let draft = try trace(Fixture.sample + ["--quality", "draft"])
        #expect(draft.settings.iterations == [0, 0] && draft.passes.isEmpty)
        #expect(try trace(Fixture.sample).settings.iterations == [60, 40])
        #expect(
            try trace(Fixture.sample + ["--quality", "fine", "--iterations", "1,2"]).settings.iterations == [1, 2])
    }

    @Test func `a trace holds the settings, the model, the scales and the losses of each pass`() throws {
        let trace = try trace(
            Fixture.sample
                + ["--at", "-3,7", "--scale", "0.5", "--iterations", "1", "--histogram-range", "own"]
                + ["--style-level", "4.5", "--style-weight", "7", "--detail", "0.25", "--style-region", "10,0,100,90"])
        #expect(trace.settings.painting == Fixture.painting)
        #expect(trace.settings.object == Fixture.cup)
        #expect(trace.settings.mask == Fixture.mask)
        #expect(trace.settings.looseMask == nil)
        #expect(trace.settings.at == [-3, 7])
        #expect(trace.settings.scale == 0.5)
        #expect(trace.settings.styleLevel == 4.5)
        #expect(trace.settings.histogramRange == "own")
        #expect(!trace.settings.keepColors && !trace.settings.faithful)
        #expect(trace.settings.detail == 0.25 && trace.settings.styleRegion == [10, 0, 100, 90])
        #expect(trace.settings.matchColors == 0.5)
        #expect(trace.model.source == "built-in")
        #expect(trace.model.pooling == "avg")
        #expect(trace.model.channels["relu5_1"] == 128)
        let taps = (1...5).map { "relu\($0)_1" }
        #expect(Set(trace.tapScale.keys) == Set(taps))
        #expect(trace.passes.allSatisfy { $0.seconds > 0 })
        #expect(trace.passes.map(\.weights.style) == [7, 7])
        #expect(trace.passes[0].weights.histogram == 0 && trace.passes[0].weights.tv == 0)
        #expect(trace.passes[1].weights.histogram == 0 && trace.passes[1].weights.matched > 0)
        #expect(trace.passes.map { Set($0.evaluations[0].style.keys) } == [Set(taps[2...4]), Set(taps[0...3])])
        #expect(trace.passes.map { Set($0.evaluations[0].matched.keys) } == [[], Set(taps[1...2])])
        #expect(trace.passes.allSatisfy { $0.evaluations[0].histogram.isEmpty })
    }

    @Test func `Adam begins where L-BFGS does, goes another way, and lowers the losses as well`() throws {
        let arguments = Fixture.sample + ["--iterations", "30"]
        let lbfgs = try trace(arguments), adam = try trace(arguments + ["--optimizer", "adam"])
        #expect(lbfgs.settings.optimizer == "lbfgs" && adam.settings.optimizer == "adam")
        #expect(adam.passes[0].evaluations[0].total == lbfgs.passes[0].evaluations[0].total)
        #expect(adam.passes.map(\.evaluations.count) == [30, 20, 10])
        for pass in adam.passes {
            let totals = pass.evaluations.map(\.total)
            #expect(pass.ended == "iterations")
            #expect(try #require(totals.min()) < (pass.pass == 1 ? 0.7 : 1) * totals[0])
        }
        #expect(adam.passes[0].evaluations[5].total != lbfgs.passes[0].evaluations[5].total)
    }

    @Test func `the two histogram ranges differ in the histogram losses alone`() throws {
        let style = try trace(Fixture.evaluatedSample).passes[1].evaluations[0]
        let own = try trace(Fixture.evaluatedSample + ["--histogram-range", "own"]).passes[1].evaluations[0]
        #expect(style.histogram != own.histogram)
        #expect(style.style == own.style)
    }

    @Test func `raw weights replace those of the style level`() throws {
        let passes = try trace(
            Fixture.evaluatedSample
                + ["--content-weight", "2", "--style-weight", "3", "--histogram-weight", "4"]
                + ["--tv-weight", "5"]
        ).passes
        #expect([passes[0].weights.content, passes[0].weights.style] == [2, 3])
        let second = passes[1].weights
        #expect([second.content, second.style, second.histogram, second.tv] == [2, 3, 4, 5])
    }

    @Test(
        "an object of a few pixels is repainted too",
        arguments: [["framed-dot"], ["framed-line"], ["framed-dot", "framed-mask"]])
    func repaintsThinObjects(masks: [String]) throws {
        var options = Self.scene("painting", "framed-cup", masks[0]) + ["--iterations", "4"]
        if masks.count > 1 { options += ["--loose-mask", Fixture.path(masks[1] + ".png")] }
        for pass in try trace(options).passes {
            let losses = pass.evaluations
            #expect(losses.flatMap(\.values).allSatisfy { $0.isFinite })
            #expect(losses.map(\.total).min() == losses.last?.total)
            #expect(pass.ended != "non-finite")
        }
    }

    @Test func `weights too large for the arithmetic end a pass and are traced as words`() throws {
        let outcome = try Command.run(
            Fixture.sample
                + ["--faithful", "--iterations", "3", "--style-weight", "1e308", "--trace", "trace.json"], in: folder)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("Warning: pass 1 met a loss that is not finite at evaluation "))
        #expect(try folder.text("trace.json").contains(#""total" : "inf""#))
        #expect(try folder.text("trace.json").contains(#""ended" : "non-finite""#))
    }
}
