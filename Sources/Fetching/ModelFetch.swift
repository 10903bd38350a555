internal import Files
package import NeuralNet

/// Downloads and verifies the weights of a known model.
package struct ModelFetch {
    private let model: KnownModel
    private let url: String
    private let verifies: Bool
    private let timeout, retries: Int

    /// A fetch of `model` from `url`.
    ///
    /// - Parameters:
    ///   - verifies: whether to download the whole file and compare its SHA-256; else only the convolutions, a tenth of
    ///     it, are downloaded, and checked by their names, shapes and values.
    ///   - timeout: the seconds without a received byte after which a request fails.
    ///   - retries: the maximum number of consecutive retries after transient failures.
    package init(of model: KnownModel, from url: String, verifies: Bool, timeout: Int, retries: Int) {
        (self.model, self.url, self.verifies, self.timeout, self.retries) = (model, url, verifies, timeout, retries)
    }

    /// Downloads the weights, verifies them, writes them to `store`, replacing earlier ones, and returns them.
    ///
    /// An interrupted download is kept and resumed by the next call; a download of a different file is deleted.
    /// - Throws: ``FetchError``, or `FileError`.
    package func run(in store: ModelStore, progress: @escaping (FetchProgress) -> Void) throws -> Weights {
        try store.folder.makeFolder()
        let part: PartialFile
        do {
            part = try PartialFile(store.partialPath(of: model), url: url)
        } catch FileError.busy {
            throw FetchError.busy(model)
        }
        progress(.began(url: url))
        let weights = try weights(through: part, progress)
        try AtomicFile.write(weights.encoded(), to: store.path(of: model))
        part.remove()
        return weights
    }

    private func weights(through part: PartialFile, _ progress: @escaping (FetchProgress) -> Void) throws -> Weights {
        do {
            try Download(
                of: model, from: url, into: part, wantsAll: verifies, timeout: timeout, retries: retries,
                progress: progress
            ).run()
            if verifies { progress(.verifying) }
            return try checkedWeights(part)
        } catch let error as WeightsError {
            part.remove()
            throw different(.contents(error))
        } catch let error as FetchError {
            if case .notTheModel = error { part.remove() }
            throw error
        }
    }

    private func checkedWeights(_ part: PartialFile) throws -> Weights {
        let data = try part.whole()
        if verifies {
            let hash = data.withUnsafeBytes { SHA256.hexadecimal($0) }
            guard hash == model.sha256 else { throw different(.sha256(hash)) }
        }
        let weights = try Weights(importing: data, path: "the file")
        if let difference = model.difference(of: weights) { throw different(difference) }
        return weights
    }

    private func different(_ difference: KnownModel.Difference) -> FetchError {
        .notTheModel(model, url: url, difference)
    }
}

/// Progress of a fetch.
package enum FetchProgress: Equatable, Sendable {
    /// The file at `url` is about to be requested.
    case began(url: String)
    /// Bytes present from an earlier download.
    case resumed(after: Int)
    /// Bytes present, and bytes wanted.
    case received(Int, of: Int)
    /// A transient failure; the next attempt starts in `retryAfter` seconds.
    case interrupted(FetchError, retryAfter: Int)
    /// The remote file has changed: the download restarts.
    case changed
    /// The server does not support byte ranges: the file is read from its start.
    case whole
    /// The whole file is present, and its SHA-256 is compared.
    case verifying
}
