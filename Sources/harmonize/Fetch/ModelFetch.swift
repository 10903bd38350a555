internal import NeuralNet

/// Fetches a known model's weights, and hands on none that are not the published ones as far as can be told.
struct ModelFetch {
    let model: KnownModel
    let url: String
    /// Whether all of the file is fetched and its hash compared; else the convolutions alone come, a tenth of it, and are
    /// known by their names, shapes and values.
    let verifies: Bool
    let timeout, retries: Int

    /// The weights, checked.
    ///
    /// What came of another file than the model's is thrown away; what was cut off is kept for the next time.
    /// - Throws: ``FetchError``, or `FileError`.
    func weights(through part: PartialFile, _ progress: FetchProgress) throws -> Weights {
        do {
            try Download(
                of: model, from: url, into: part, wantsAll: verifies, timeout: timeout, retries: retries,
                progress: progress
            ).run()
            if verifies { progress.say("comparing its SHA-256") }
            return try checkedWeights(part)
        } catch let error as WeightsError {
            part.remove()
            throw FetchError.notTheModel(model, url: url, reason: ErrorReport(error).what)
        } catch let error as FetchError {
            if case .notTheModel = error { part.remove() }
            throw error
        }
    }

    private func checkedWeights(_ part: PartialFile) throws -> Weights {
        let data = try part.whole()
        if verifies {
            let hash = data.withUnsafeBytes { SHA256.hexadecimal($0) }
            guard hash == model.sha256 else { throw difference("its SHA-256 is \(hash)") }
        }
        let weights = try Weights(importing: data, path: "the file")
        if let difference = model.difference(of: weights) { throw self.difference(difference) }
        return weights
    }

    private func difference(_ reason: String) -> FetchError { .notTheModel(model, url: url, reason: reason) }
}
