/// An error while fetching weights.
package enum FetchError: Error, Equatable {
    /// The connection failed or broke off; the reason is libcurl's.
    case transfer(url: String, HTTPClient.Failure)
    /// The server answered with an error status.
    case status(url: String, Int)
    /// The answer does not match the request.
    case wrongAnswer(url: String, reason: String)
    /// The file at `url` changed twice during the download.
    case changing(url: String)
    /// The file at `url` is not the published one.
    case notTheModel(KnownModel, url: String, KnownModel.Difference)
    /// Another process is fetching the same model.
    case busy(KnownModel)
    /// The model was never fetched.
    case notFetched(KnownModel)
    /// Neither `XDG_DATA_HOME` nor `HOME` is set.
    case noDataFolder
}

extension FetchError: CustomStringConvertible {
    package var description: String {
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
        case .notTheModel(let model, let url, let difference):
            "\(url) is not \(model.rawValue) as it was published: \(difference)"
        case .busy(let model): "another harmonize is fetching \(model.rawValue)"
        case .notFetched(let model): "the weights \(model.rawValue) are not there yet"
        case .noDataFolder: "there is no folder for weights: HOME is not set"
        }
    }
}
