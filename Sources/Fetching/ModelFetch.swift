internal import Imaging
package import NeuralNet

/// Fetches a known model's weights, and hands on none that are not the published ones as far as can be told.
package struct ModelFetch {
    private let model: KnownModel
    private let url: String
    private let verifies: Bool
    private let timeout, retries: Int

    /// A fetch of `model` from `url`.
    ///
    /// - Parameters:
    ///   - verifies: whether all of the file is fetched and its hash compared; else the convolutions alone come, a
    ///     tenth of it, and are known by their names, shapes and values.
    ///   - timeout: the seconds without a byte after which a request has failed.
    ///   - retries: how often what may pass is tried again.
    package init(of model: KnownModel, from url: String, verifies: Bool, timeout: Int, retries: Int) {
        (self.model, self.url, self.verifies, self.timeout, self.retries) = (model, url, verifies, timeout, retries)
    }

    /// Puts the weights, checked, into `store`, in place of those that are there, and returns them.
    ///
    /// What came of another file than the model's is thrown away; what was cut off is kept for the next time.
    /// - Throws: ``FetchError``.
    package func run(in store: ModelStore, progress: @escaping (FetchProgress) -> Void) throws -> Weights {
        try store.makeFolder()
        guard let part = try PartialFile(store.partialPath(of: model), url: url) else { throw FetchError.busy(model) }
        progress(.began(url: url))
        let weights = try weights(through: part, progress)
        do {
            try AtomicFile.write(weights.encoded(), to: store.path(of: model))
        } catch {
            throw FetchError.cannotWrite(path: error.path, reason: error.reason)
        }
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

/// What a fetch reports while it goes on.
package enum FetchProgress: Equatable, Sendable {
    /// The file at `url` is about to be asked for.
    case began(url: String)
    /// So many bytes of the file are there from an earlier time.
    case resumed(after: Int)
    /// So many bytes are there of those that are wanted.
    case received(Int, of: Int)
    /// A failure that may pass; the next attempt comes in `retryAfter` seconds.
    case interrupted(FetchError, retryAfter: Int)
    /// The file has become another one: it is fetched from the start.
    case changed
    /// The server sends no parts of files: this one is read from its start.
    case whole
    /// All of the file is there, and its hash is compared.
    case verifying
}
