internal import Files

extension ErrorReport {
    /// What is wrong with a file of jobs.
    static func report(_ error: JobsFileError) -> Self {
        switch error {
        case .file(.unreadable(let path, _)):
            return Self("cannot read \(path)", hint: "give a file you may read", Code.noInput)
        case .file(let error): return report(error)
        case .tooLong(let path):
            return Self(
                "\(path) has more than \(JobsFile.limit >> 20) MB",
                hint: "put the jobs into several files, one batch each",
                Code.data)
        case .notText(let path):
            return Self("\(path) is not text in UTF-8", hint: "save it as CSV in UTF-8", Code.data)
        case .empty(let path):
            return Self(
                "\(path) holds no jobs", hint: "write a line of option names, and one for each job below", Code.data)
        case .csv(let path, .openQuote(let line)):
            return Self(
                "\(path):\(line): a quote is never closed", hint: "close it; a quote in a cell is written twice",
                Code.data)
        case .csv(let path, .textBehindQuote(let line)):
            return Self(
                "\(path):\(line): there is something behind a closing quote",
                hint: "put all of the cell in quotes; a quote in it is written twice", Code.data)
        case .json(let origin, let reason):
            return Self("\(origin): \(reason)", hint: "give an array of objects, or an object in each line", Code.data)
        case .ragged(let count, let expected, let origin):
            return Self(
                "\(origin): there are \(count) cells under \(expected) columns",
                hint: count > expected
                    ? "put cells with commas in quotes: \"420,330\"" : "leave cells empty, but not out",
                Code.data)
        case .repeated(let column, let origin):
            return Self("\(origin): '\(column)' is there already", hint: "keep one of the two columns", Code.data)
        case .value(let column, let origin):
            return Self(
                "\(origin): '\(column)' takes a number, a text, true or false, or an array of numbers",
                hint: "an x and a y are written [420, 330]", Code.data)
        case .name(let name, let origin):
            return Self(
                "\(origin): '\(name)' cannot name a job",
                hint: "the name becomes a folder's: no slash, no dot in front, at most 200 bytes", Code.data)
        case .sameName(let name, let origin, let first):
            return Self(
                "\(origin): '\(name)' is the name of \(first) as well", hint: "give each job a name of its own",
                Code.data)
        case .sameResult(let path, let origin, let first):
            return Self(
                "\(origin): \(path) is a file of \(first) as well",
                hint: "give the name of a file without a folder: it goes into each job's own", Code.data)
        }
    }

    static func report(_ error: JobsFailed) -> Self {
        Self(
            "\(error.count) of \(error.jobs) jobs failed",
            hint: "the same command does them once more; \(error.results) has the details", 1)
    }
}
