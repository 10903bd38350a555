internal import ArgumentParser
internal import Files
internal import Foundation
internal import Synchronization

/// `benchmarks`: every row that needs no PyTorch.
struct AllRows: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all", abstract: "Every row that needs no PyTorch, as a table.")

    @OptionGroup var scene: SceneOptions
    @OptionGroup var threads: ThreadOptions
    @Option(help: ArgumentHelp("The rows to measure. Default: all.", valueName: "n,…"), transform: wholeNumbers)
    var rows = Array(1...9)
    @Option(help: "How often each time is measured.") var rounds = 3
    @Flag(help: "Tiny sizes, to see that everything runs; the figures mean nothing.") var quick = false
    @Option(help: ArgumentHelp("Write the rows.", valueName: "file")) var json: FilePath?

    private static let measurements: [@Sendable (AllRows) throws -> Row] = [
        { try $0.evaluation(1, width: 1) },
        { try $0.evaluation(2, width: 0.25) },
        { try $0.job(3, model: "builtin", evaluations: 200) },
        { try $0.job(4, model: "random", evaluations: 10) },
        { try $0.scale() },
        { try $0.activations() },
        { try $0.large() },
        { try $0.threadGain() },
        { try $0.job(9, model: "builtin", evaluations: 500) },
    ]

    func validate() throws {
        guard !rows.isEmpty, rows.allSatisfy({ (1...Self.measurements.count).contains($0) }), rounds >= 1 else {
            throw ValidationError("--rows are of 1…\(Self.measurements.count), --rounds starts at 1")
        }
    }

    func run() throws {
        var results: [Row] = []
        for number in rows {
            let row: Row
            do {
                row = try Self.measurements[number - 1](self)
            } catch {
                row = Row(number, "failed: \(error)", target: "", [:])
            }
            if Child.interrupted.load(ordering: .relaxed) { throw ExitCode(130) }
            results.append(row)
            print(row)
        }
        if let json {
            try AtomicFile.write(Array(JSON.encode(results, pretty: true).utf8), to: json)
        }
    }

    // MARK: The rows

    private func evaluation(_ number: Int, width: Double) throws -> Row {
        let runs = try evaluations(width: width)
        let seconds = runs.map(\.medianSeconds).median
        return Row(
            number, "evaluation \(size)×\(size), \(width) of VGG16's widths: \(format(seconds)) s",
            target: "against PyTorch: ≥ \(width == 1 ? "2.5" : "3") ×", ["seconds": seconds])
    }

    private func job(_ number: Int, model: String, evaluations: Int) throws -> Row {
        let count = quick ? 3 : evaluations
        // The longest jobs are measured once.
        let runs: [JobFigures] = try (0..<(number == 3 ? rounds : 1)).map { _ in
            try Child.run(
                ["job"] + scene.scene.arguments + ["--model", model, "--iterations", "\(count)"] + threads.arguments)
        }
        let seconds = runs.map(\.seconds).median, each = runs.map(\.evaluationSeconds).median
        let whole = runs.map { $0.seconds(evaluations: 200) }.median
        let loss = runs[0].passes.last?.lowestLoss ?? .nan
        return Row(
            number,
            "job, \(model), \(count) + \(count) evaluations: \(format(seconds)) s, an evaluation \(format(each)) s, "
                + "with 200 + 200 \(format(whole)) s; L2 \(format(loss))",
            target: [3: "against PyTorch: ≥ 10 ×", 4: "against PyTorch: ≥ 8 ×"][number]
                ?? "against the oracle's L2: ≤ 1/25 of its time",
            ["seconds": seconds, "evaluationSeconds": each, "secondsWith200": whole, "loss": loss])
    }

    private func scale() throws -> Row {
        let (factor, evaluations) = quick ? (2, 3) : (4, 200)
        let figures: ScaleFigures = try Child.run(
            ["scale"] + scene.scene.arguments + ["--factor", "\(factor)", "--iterations", "\(evaluations)"]
                + ["--rounds", "\(rounds)"] + threads.arguments)
        return Row(
            5,
            "painting \(factor) times as large each way: an evaluation \(format(figures.evaluationRatio)) ×, the job "
                + "\(format(figures.jobRatio)) ×",
            target: "≤ 1.2 ×, ≤ 2.5 ×",
            ["evaluationRatio": figures.evaluationRatio, "jobRatio": figures.jobRatio])
    }

    private func activations() throws -> Row {
        let figures = try evaluations(width: 1)[0]
        return Row(
            6,
            "memory of row 1: \(figures.activationBytes / 1_000_000) MB of activations, "
                + "\(figures.peakBytes / 1_000_000) MB in all",
            target: "against PyTorch: ≤ 1/3",
            ["activationBytes": Double(figures.activationBytes), "peakBytes": Double(figures.peakBytes)])
    }

    private func large() throws -> Row {
        let (side, objectSide) = quick ? (512, 128) : (4096, 1000)
        // One network may fit into this machine's memory where the other does not.
        let peaks = ["builtin", "random"].map { model in
            let figures: JobFigures? = try? Child.run(
                ["large", "--model", model, "--side", "\(side)", "--object-side", "\(objectSide)"] + threads.arguments)
            return figures.map { Double($0.peakBytes) }
        }
        let texts = peaks.map { $0.map { format($0 / 1e9) + " GB" } ?? "failed" }
        return Row(
            7,
            "peak memory, painting \(side)×\(side), object \(objectSide)×\(objectSide): \(texts[0]), "
                + "with VGG16's widths \(texts[1])",
            target: "≤ 1.0 GB, ≤ 3.0 GB",
            ["builtinBytes": peaks[0], "randomBytes": peaks[1]].compactMapValues { $0 })
    }

    private func threadGain() throws -> Row {
        var one: [Double] = [], all: [Double] = []
        for _ in 0..<rounds {
            one.append(try evaluation(width: 1, threads: ["--threads", "1"]).medianSeconds)
            all.append(try evaluation(width: 1, threads: threads.arguments).medianSeconds)
        }
        let gain = one.median / all.median
        let count = threads.count ?? ProcessInfo.processInfo.activeProcessorCount
        return Row(
            8, "row 1, \(count) threads against one: \(format(gain)) ×", target: "≥ 1.8 × for two",
            ["oneThreadSeconds": one.median, "seconds": all.median, "ratio": gain])
    }

    // MARK: Parts of them

    private var size: Int { quick ? 128 : 512 }

    private func evaluations(width: Double) throws -> [EvaluationFigures] {
        try (0..<rounds).map { _ in try evaluation(width: width, threads: threads.arguments) }
    }

    private func evaluation(width: Double, threads: [String]) throws -> EvaluationFigures {
        try Child.run(["evaluation", "--size", "\(size)", "--width", "\(width)"] + threads)
    }

    private func format(_ value: Double) -> String { String(format: "%.3g", value) }
}

/// A row of the table.
struct Row: Encodable, CustomStringConvertible {
    let row: Int
    let measured, target: String
    let figures: [String: Double]

    init(_ row: Int, _ measured: String, target: String, _ figures: [String: Double]) {
        (self.row, self.measured, self.target, self.figures) = (row, measured, target, figures)
    }

    var description: String { "\(row)  \(measured)" + (target.isEmpty ? "" : "  [\(target)]") }
}
