/// What was done, or would be: what `harmonize batch --json` prints on stdout, as one line.
struct BatchSummary: Encodable {
    struct Failure: Encodable {
        let job, error: String
    }

    let status: Summary.Status
    /// How many jobs the shard has.
    let jobs: Int
    /// Those that were done now, and those that were done before.
    var done = 0, skipped = 0
    /// Those that would be done.
    var planned: [String]?
    var failed: [Failure] = []
    var interrupted: [String] = []
    var results: String?
    var seconds: Double?

    init(_ status: Summary.Status, jobs: Int) { (self.status, self.jobs) = (status, jobs) }
}
