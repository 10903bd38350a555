extension ErrorReport {
    /// Why weights are not there.
    static func report(_ error: FetchError) -> Self {
        switch error {
        case .transfer(let url, let failure): return report(failure, url)
        case .status(let url, 404), .status(let url, 410):
            return Self(
                "there is no file at \(url)", hint: "give the address of a copy with --url", Code.resource)
        case .status(let url, let status) where [401, 403, 407].contains(status):
            return Self(
                "access to \(url) is refused (status \(status))",
                hint: "try another network, or give the address of a copy with --url", Code.resource)
        case .status(let url, let status):
            return Self(
                "the server has a problem with \(url) (status \(status))",
                hint: "run the same command again later, or give the address of a copy with --url", Code.resource)
        case .wrongAnswer(let url, let reason):
            return Self(
                "the server answers wrongly for \(url): \(reason)", hint: "give the address of a copy with --url",
                Code.resource)
        case .changing(let url):
            return Self(
                "the file at \(url) keeps changing while it is fetched", hint: "run the same command again later",
                Code.resource)
        case .notTheModel(let model, let url, let reason):
            return Self(
                "\(url) is not \(model.rawValue) as it was published: \(reason)",
                hint: "if your network asks you to log in first, do so; or give the address of a copy with --url",
                Code.data)
        case .busy(let model):
            return Self(
                "another harmonize is fetching \(model.rawValue)", hint: "wait for it to end", Code.resource)
        case .notFetched(let model):
            return Self(
                "the weights \(model.rawValue) are not there yet",
                hint: "run 'harmonize model fetch \(model.rawValue)'",
                Code.noInput)
        case .noDataFolder:
            return Self(
                "there is no folder for weights: HOME is not set", hint: "set XDG_DATA_HOME to a folder of yours",
                Code.cannotWrite)
        }
    }

    private static func report(_ failure: HTTPClient.Failure, _ url: String) -> Self {
        let again = "run the same command again: what has come is kept"
        switch failure.kind {
        case .unreachable:
            return Self(
                "cannot reach \(url): \(failure.reason)",
                hint:
                    "check the network and https_proxy; or fetch the file on another machine and run 'harmonize model import'",
                Code.resource)
        case .untrusted:
            return Self(
                "no secure connection to \(url): \(failure.reason)",
                hint: "check the clock, the certificates (package ca-certificates) and https_proxy", Code.resource)
        case .cut:
            return Self("the connection to \(url) was lost: \(failure.reason)", hint: again, Code.resource)
        case .stalled:
            return Self("\(url) stalls: \(failure.reason)", hint: again, Code.resource)
        case .other:
            return Self("cannot get \(url): \(failure.reason)", hint: again, Code.resource)
        }
    }
}
