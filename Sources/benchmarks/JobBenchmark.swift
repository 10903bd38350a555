internal import ArgumentParser
internal import Files
internal import Harmonization
internal import Imaging
internal import NeuralNet
internal import Tensors

/// `benchmarks job`: a whole job of the faithful method, from reading the pictures to the result of pass 2.
struct JobBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "job", abstract: "A whole job.")

    @OptionGroup var scene: SceneOptions
    @OptionGroup var job: JobOptions
    @Option(help: ArgumentHelp("Write the losses of every evaluation and its time.", valueName: "file.csv"))
    var curve: FilePath?

    func run() throws {
        var watch = Stopwatch()
        let network = try job.model.network()
        let modelSeconds = watch.seconds

        var settings = Settings()
        settings.iterations = job.iterations ?? settings.iterations
        // The method of the reference, evaluation by evaluation.
        (settings.usesPaperMethod, settings.styleLevel) = (true, .level(5))
        settings.threads = job.threads.count
        watch = Stopwatch()
        let (painting, object) = try scene.scene.read()
        var timeline = Timeline()
        let result = try Harmonizer(network: network, settings: settings).harmonize(painting, with: object) {
            timeline.add($0, at: watch.seconds)
        }
        let seconds = watch.seconds
        try JSON.print(
            JobFigures(
                painting: [painting.width, painting.height], model: job.model.description,
                threads: settings.threads ?? Parallel.threads, seconds: seconds, modelSeconds: modelSeconds,
                passes: result.passes.map(timeline.figures),
                peakBytes: SystemMemory.peak))
        if let curve { try AtomicFile.write(Array(timeline.csv.utf8), to: curve) }
    }
}

/// The end times and losses of a job's evaluations.
private struct Timeline {
    private var evaluations: [(pass: Int, number: Int, losses: LossRecord, sincePass: Double, sinceStart: Double)] = []

    mutating func add(_ progress: HarmonizationProgress, at seconds: Double) {
        guard case .evaluated(let made) = progress else { return }
        evaluations.append((made.step.pass, made.number, made.losses, made.seconds, seconds))
    }

    /// A pass's figures. Its set-up time is the time until the end of its first evaluation, less the median duration of
    /// the others.
    func figures(_ record: PassRecord) -> PassFigures {
        let times = evaluations.filter { $0.pass == record.pass }.map(\.sincePass)
        let each = times.count > 1 ? zip(times.dropFirst(), times).map { $0 - $1 }.median : nil
        let losses = record.evaluations.map(\.total)
        return PassFigures(
            seconds: record.seconds, setUpSeconds: (times.first ?? 0) - (each ?? 0), evaluationSeconds: each,
            evaluations: losses.count, firstLoss: losses.first ?? .nan, lastLoss: losses.last ?? .nan,
            lowestLoss: losses.filter(\.isFinite).min() ?? .nan, ended: record.ended.rawValue)
    }

    /// A line for each evaluation: pass, number, seconds since the job's start, weighted sum and unweighted losses.
    var csv: String {
        let header = "pass,evaluation,seconds,total,content,style,histogram,tv,matched\n"
        return evaluations.reduce(into: header) { text, evaluation in
            let losses = evaluation.losses
            let (style, histogram) = (losses.style.values.reduce(0, +), losses.histogram.values.reduce(0, +))
            let matched = losses.matched.values.reduce(0, +)
            text += "\(evaluation.pass),\(evaluation.number),\(evaluation.sinceStart),\(losses.total),"
            text += "\(losses.content),\(style),\(histogram),\(losses.tv),\(matched)\n"
        }
    }
}

/// Time and memory of a whole job.
struct JobFigures: Codable {
    /// Width and height.
    let painting: [Int]
    let model: String
    let threads: Int
    /// From reading the pictures to the result of pass 2, and apart from that, loading the network.
    let seconds, modelSeconds: Double
    let passes: [PassFigures]
    let peakBytes: Int

    /// The duration of an evaluation of loss and gradient, the mean of both passes; NaN where a pass had only one.
    var evaluationSeconds: Double {
        passes.map { $0.evaluationSeconds ?? .nan }.reduce(0, +) / Double(passes.count)
    }

    /// The extrapolated duration of the job with `evaluations` in each pass.
    func seconds(evaluations: Int) -> Double {
        passes.reduce(0) { $0 + $1.setUpSeconds + Double(evaluations) * ($1.evaluationSeconds ?? .nan) }
    }
}

/// Time and losses of a pass.
struct PassFigures: Codable {
    let seconds, setUpSeconds: Double
    /// The median; nil for a pass of one evaluation.
    let evaluationSeconds: Double?
    let evaluations: Int
    let firstLoss, lastLoss, lowestLoss: Double
    let ended: String
}
