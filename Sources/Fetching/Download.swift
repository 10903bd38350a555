internal import Foundation
internal import NeuralNet

/// Downloads the wanted tensors of a safetensors file into a ``PartialFile``, resuming an earlier download.
///
/// The file's header gives the byte ranges of the tensors; only these are requested. A server without support for
/// ranges is read from the start, as far as needed.
final class Download {
    private let model: KnownModel
    private let url: String
    private let part: PartialFile
    private let wantsAll: Bool
    private let retries: Int
    private let client: HTTPClient
    private let progress: (FetchProgress) -> Void

    /// The wanted byte ranges; nil until the header has been received.
    private var ranges: [Range<Int>]?
    private var changes = 0
    /// Whether the server has answered a request of this run.
    private var isConnected = false
    private var hasToldOfWhole = false

    /// The size of the first request: enough for any network's header; data behind the header is kept.
    private static let firstBytes = 1 << 16

    /// The number of received bytes after which a failure is counted as the first again.
    private static let notableBytes = 1 << 20

    /// The longest accepted wait before a retry, in seconds.
    private static let longestWait = 60

    /// - Parameters:
    ///   - wantsAll: whether to download the whole file, not only the tensors that the network needs.
    ///   - timeout: the seconds without a received byte after which a request fails.
    ///   - retries: the maximum number of consecutive retries after transient failures.
    init(
        of model: KnownModel, from url: String, into part: PartialFile, wantsAll: Bool, timeout: Int, retries: Int,
        progress: @escaping (FetchProgress) -> Void
    ) {
        self.model = model
        self.url = url
        self.part = part
        self.wantsAll = wantsAll
        self.retries = retries
        self.progress = progress
        client = HTTPClient(timeout: timeout)
    }

    /// A transient failure, and the seconds to wait (`Retry-After`) where the server sends them.
    private struct Trouble: Error {
        let error: FetchError
        var wait: Int?
    }

    /// The file at `url` is not the one that was partly received.
    private struct Change: Error {}

    /// Downloads until all wanted bytes are present, with exponential waits between retries.
    ///
    /// - Throws: ``FetchError``; `WeightsError` for a file that is not safetensors.
    func run() throws {
        if wantsAll, part.hasHoles { try part.clear() }
        if part.length > 0 { progress(.resumed(after: part.length)) }
        var failures = 0
        while let range = try next() {
            let before = part.length
            do {
                try request(range)
                failures = 0
            } catch is Change {
                try noteChange()
                try part.clear()
            } catch let trouble as Trouble {
                failures = part.length - before >= Self.notableBytes ? 1 : failures + 1
                let wait = trouble.wait ?? 1 << min(failures - 1, 5)
                guard failures <= retries, wait <= Self.longestWait else { throw trouble.error }
                progress(.interrupted(trouble.error, retryAfter: wait))
                Thread.sleep(forTimeInterval: Double(wait))
            }
        }
    }

    /// The next byte range to request; nil when all wanted bytes are present.
    private func next() throws -> Range<Int>? {
        guard let size = part.identity?.size else { return 0..<Self.firstBytes }
        let wanted = try wanted(size)
        progress(
            .received(
                wanted.reduce(0) { $0 + $1.clamped(to: 0..<part.length).count },
                of: wanted.reduce(0) { $0 + $1.count }))
        guard let range = wanted.first(where: { $0.upperBound > part.length }) else { return nil }
        return max(range.lowerBound, part.length)..<range.upperBound
    }

    /// The wanted byte ranges of a file of `size` bytes; only the header until it has been received.
    private func wanted(_ size: Int) throws -> [Range<Int>] {
        if let ranges { return ranges }
        guard part.length >= min(SafeTensors.lengthSize, size) else { return [0..<min(Self.firstBytes, size)] }
        let end = try SafeTensors.headerEnd(part.head(SafeTensors.lengthSize), path: "the file")
        guard part.length >= min(end, size) else { return [0..<min(end, size)] }
        let ranges = try SafeTensors.ranges(
            of: { wantsAll || KnownModel.needs($0) }, head: part.head(end), size: size, path: "the file")
        self.ranges = ranges
        return ranges
    }

    private func noteChange() throws {
        changes += 1
        guard changes == 1 else { throw FetchError.changing(url: url) }
        progress(.changed)
        ranges = nil
    }

    /// Requests the bytes `range` and stores the wanted part of the answer.
    private func request(_ range: Range<Int>) throws {
        var coming = range
        var isPart = true
        do {
            try client.get(url, range) { [self] answer in
                isConnected = true
                (coming, isPart) = try take(answer, to: range)
                return true
            } body: { [self] bytes in
                guard bytes.count <= coming.count else {
                    throw FetchError.wrongAnswer(url: url, reason: "more bytes than it announced")
                }
                // An answer with the whole file repeats bytes received before.
                let known = min(max(0, part.length - coming.lowerBound), bytes.count)
                if known < bytes.count {
                    try part.append(UnsafeRawBufferPointer(rebasing: bytes[known...]), at: coming.lowerBound + known)
                }
                coming = coming.lowerBound + bytes.count..<coming.upperBound
                let isWanted = try next() != nil
                return isPart || isWanted
            }
        } catch let failure as HTTPClient.Failure {
            let error = FetchError.transfer(url: url, failure)
            switch failure.kind {
            case .cut, .stalled: throw Trouble(error: error)
            case .unreachable where isConnected: throw Trouble(error: error)
            default: throw error
            }
        }
        if isPart, !coming.isEmpty {
            let reason = "\(coming.count) bytes fewer than announced"
            throw Trouble(error: .transfer(url: url, HTTPClient.Failure(kind: .cut, reason: reason)))
        }
    }

    /// Checks an answer's headers. Returns the byte range of its body, and whether that is the requested part or the
    /// whole file.
    private func take(_ answer: HTTPClient.Answer, to range: Range<Int>) throws -> (coming: Range<Int>, isPart: Bool) {
        // The publisher's redirect carries the file's SHA-256 (`X-Linked-ETag`).
        let linked = answer.linkedETag.filter(\.isHexDigit)
        if linked.count == model.sha256.count, linked != model.sha256 {
            throw FetchError.notTheModel(model, url: url, .sha256(linked))
        }
        let validator = answer.etag.isEmpty ? answer.lastModified : answer.etag
        func identity(_ size: Int) -> PartialFile.Identity { .init(url: url, size: size, validator: validator) }
        switch answer.status {
        case 206:
            guard let content = ContentRange(answer.contentRange), content.bytes.lowerBound == range.lowerBound,
                content.bytes.upperBound <= range.upperBound
            else {
                let asked = "\(range.lowerBound)-\(range.upperBound - 1)"
                throw FetchError.wrongAnswer(
                    url: url, reason: "asked for bytes \(asked), it sends \"\(answer.contentRange)\"")
            }
            if part.identity == nil { try part.begin(identity(content.size)) }
            guard part.identity == identity(content.size) else { throw Change() }
            return (content.bytes, true)
        case 200:
            guard let size = answer.length else {
                throw FetchError.wrongAnswer(url: url, reason: "it does not say how long the file is")
            }
            if part.identity != identity(size) {
                if part.identity != nil { try noteChange() }
                try part.begin(identity(size))
            }
            if !hasToldOfWhole { progress(.whole) }
            hasToldOfWhole = true
            return (0..<size, false)
        case 416 where part.identity != nil: throw Change()
        case 408, 429, 500, 502, 503, 504:
            throw Trouble(
                error: .status(url: url, answer.status), wait: Int(answer.retryAfter).flatMap { $0 < 0 ? nil : $0 })
        default: throw FetchError.status(url: url, answer.status)
        }
    }
}

/// The header `Content-Range: bytes 0-65535/553430176` of an answer with part of a file (RFC 9110, 14.4).
struct ContentRange: Equatable {
    /// The byte range of the body.
    let bytes: Range<Int>
    /// The size of the whole file.
    let size: Int

    /// Nil for any other value, such as an unknown size (`*`).
    init?(_ header: String) {
        guard let match = header.wholeMatch(of: /(?i:bytes)\s+([0-9]+)-([0-9]+)\/([0-9]+)/),
            let first = Int(match.1), let last = Int(match.2), let size = Int(match.3), first <= last, last < size
        else { return nil }
        bytes = first..<last + 1
        self.size = size
    }
}
