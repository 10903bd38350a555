internal import ArgumentParser
internal import Files

/// Benchmarks of evaluations and whole jobs. Each subcommand that measures runs in a process of its own and prints one
/// JSON object.
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
            CompositeCommand.self, StepsCommand.self,
        ],
        defaultSubcommand: AllRows.self)

    static func main() { main(ProgramArguments.all) }
}
