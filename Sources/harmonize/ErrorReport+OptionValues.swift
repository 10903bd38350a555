extension ErrorReport {
    /// What is wrong with an option in a file.
    static func report(_ error: OptionValueError) -> Self {
        let list = "harmonize --help-hidden lists the options"
        switch error {
        case .unknown(let name, let nearest, let origin):
            return Self(
                "\(origin): there is no option '\(name)'", hint: nearest.map { "did you mean '\($0)'?" } ?? list,
                Code.data)
        case .commandLineOnly(let name, let origin):
            return Self("\(origin): '\(name)' has no place in a file", hint: "give it on the command line", Code.data)
        case .notBoolean(let value):
            return Self(
                "\(value.origin): '\(value.name)' is '\(value.value)'", hint: "it is switched by true or false",
                Code.data)
        case .refused(let value, let reason):
            let line = reason.split(separator: "\n").joined(separator: " ")
            return Self("\(value.origin): \(line)", hint: list, Code.data)
        }
    }
}
