/// A reader of files, as whoever tries it with bytes that may be anything sees it.
///
/// Whatever they are, a reader takes them or refuses them with an error of its own, soon, and leaves nothing behind.
struct Reader: Sendable {
    /// What became of some bytes.
    enum Outcome {
        case read
        /// An error that is the reader's to throw.
        case refused(any Error)
        /// Any other error, which its callers have no words for.
        case failed(any Error)
    }

    /// What `Tests/soak.sh` calls it, and the folder of its corpus.
    let name: String

    /// The most bytes that are worth trying: what is longer is slower, not harder.
    let limit: Int

    /// The kinds of error that it may throw.
    let errors: [any Error.Type]

    /// Makes the checksums and lengths in the bytes right, which a change left wrong: no reader looks behind wrong
    /// ones.
    var repair: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    /// Reads the bytes, and does with what they hold what a run would do with it before any heavy work.
    let read: @Sendable ([UInt8]) throws -> Void

    /// Reads the bytes.
    func outcome(of bytes: [UInt8]) -> Outcome {
        do {
            try read(bytes)
            return .read
        } catch {
            return errors.contains { $0 == type(of: error) } ? .refused(error) : .failed(error)
        }
    }
}

extension Reader {
    /// Every reader: one more is one more entry.
    static let all: [Reader] = [
        png, jpeg, tiff, webp, heif, exif, profile, rawWeights, safeTensors, headerlessDump, checkpoint, csvJobs,
        jsonJobs, configuration,
    ]
}
