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
