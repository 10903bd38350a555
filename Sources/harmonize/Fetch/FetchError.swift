/// Why weights are not fetched.
enum FetchError: Error {
    /// The server cannot be talked to, or not to the end; `reason` is libcurl's.
    case transfer(url: String, HTTPClient.Failure)
    /// The server answers with a status other than success.
    case status(url: String, Int)
    /// The server answers with something other than what was asked for.
    case wrongAnswer(url: String, reason: String)
    /// The file became another one while it was fetched, and again.
    case changing(url: String)
    /// What is at `url` is not the model: by its hash, its header, its shapes or its values.
    case notTheModel(KnownModel, url: String, reason: String)
    /// Another program is fetching the same model.
    case busy(KnownModel)
    /// The model was never fetched.
    case notFetched(KnownModel)
    /// Neither `XDG_DATA_HOME` nor `HOME` is set.
    case noDataFolder
}

extension FetchError: CustomStringConvertible {
    var description: String {
        switch self {
        case .transfer(let url, let failure):
            switch failure.kind {
            case .unreachable: "cannot reach \(url): \(failure.reason)"
            case .untrusted: "no secure connection to \(url): \(failure.reason)"
            case .cut: "the connection to \(url) was lost: \(failure.reason)"
            case .stalled: "\(url) stalls: \(failure.reason)"
            case .other: "cannot get \(url): \(failure.reason)"
            }
        case .status(let url, 404), .status(let url, 410): "there is no file at \(url)"
        case .status(let url, let status) where [401, 403, 407].contains(status):
            "access to \(url) is refused (status \(status))"
        case .status(let url, let status): "the server has a problem with \(url) (status \(status))"
        case .wrongAnswer(let url, let reason): "the server answers wrongly for \(url): \(reason)"
        case .changing(let url): "the file at \(url) keeps changing while it is fetched"
        case .notTheModel(let model, let url, let reason):
            "\(url) is not \(model.rawValue) as it was published: \(reason)"
        case .busy(let model): "another harmonize is fetching \(model.rawValue)"
        case .notFetched(let model): "the weights \(model.rawValue) are not there yet"
        case .noDataFolder: "there is no folder for weights: HOME is not set"
        }
    }
}
