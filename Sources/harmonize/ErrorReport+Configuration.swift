internal import Files

extension ErrorReport {
    /// What is wrong with a file of options.
    static func report(_ error: ConfigurationError) -> Self {
        switch error {
        case .file(.unreadable(let path, _)):
            return Self("cannot read \(path)", hint: "give a file you may read, or --no-config", Code.noInput)
        case .file(let error): return report(error)
        case .tooLong(let path):
            return Self(
                "\(path) has more than \(ConfigurationFile.limit >> 10) KB: it is no file of options",
                hint: "give another with --config, or --no-config", Code.data)
        case .notText(let path):
            return Self("\(path) is not text in UTF-8", hint: "save it as UTF-8", Code.data)
        case .syntax(let path, let line, let column, let reason):
            return Self(
                "\(path):\(line):\(column): \(reason)",
                hint: "write one option a line: style-level = \"expressionist\"",
                Code.data)
        case .type(let key, let isFlag, let origin):
            return Self(
                "\(origin): '\(key)' \(isFlag ? "is either true or false" : "takes a number, a text or an array of these")",
                hint: isFlag ? "write \(key) = true" : "write \(key) = and the value, texts in quotes", Code.data)
        }
    }
}
