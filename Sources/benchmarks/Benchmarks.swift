internal import ArgumentParser

/// What the evaluations and jobs take on this machine. Each subcommand but the default measures one thing in its own
/// process and prints one JSON object.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measures evaluations and whole jobs: time and memory.",
        discussion: """
            Without a subcommand: every row that needs no PyTorch, each in a process of its own, as a table. \
            Benchmarks/compare.py runs PyTorch in turn with it. The sample's pictures are looked for in samples/.
            """,
        subcommands: [
            AllRows.self, EvaluationBenchmark.self, JobBenchmark.self, ScaleBenchmark.self, LargeBenchmark.self,
            CompositeCommand.self,
        ],
        defaultSubcommand: AllRows.self)
}
