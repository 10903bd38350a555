internal import Foundation
internal import NeuralNet

/// Fetches what is wanted of a safetensors file into a ``PartialFile``, going on where an earlier time ended.
///
/// Of the file's header follows where the wanted tensors lie; these bytes alone are asked for. A server that sends no
/// parts is read from the start, as far as needed.
final class Download {
    private let model: KnownModel
    private let url: String
    private let part: PartialFile
    private let wantsAll: Bool
    private let retries: Int
    private let client: HTTPClient
    private let progress: (FetchProgress) -> Void

    /// What is wanted, once the header is there.
    private var ranges: [Range<Int>]?
    private var changes = 0
    /// Whether anything came this time.
    private var isConnected = false
    private var hasToldOfWhole = false

    /// Asked for first: any header of a network fits, and the beginning of the data is not wasted.
    private static let firstBytes = 1 << 16

    /// After how many more bytes an interruption is no longer the same trouble as the one before.
    private static let notableBytes = 1 << 20

    /// The longest time that a server may ask to wait, in seconds.
    private static let longestWait = 60

    /// - Parameters:
    ///   - wantsAll: whether all of the file is wanted, not only what the network needs.
    ///   - timeout: the seconds without a byte after which a request has failed.
    ///   - retries: how often what may pass is tried again.
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

    /// A failure that may pass, and after how many seconds to try again where the server says so.
    private struct Trouble: Error {
        let error: FetchError
        var wait: Int?
    }

    /// The file at `url` is not the one that has come so far.
    private struct Change: Error {}

    /// Fetches until all that is wanted is there.
    ///
    /// - Throws: ``FetchError``; `WeightsError` for what is no safetensors file.
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

    /// The bytes to ask for next; nil when all that is wanted is there.
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

    /// What is wanted of a file of `size` bytes: until the header is there, the header.
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

    /// Asks for the bytes `range` and takes what comes, as far as it is wanted.
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
                // A whole file repeats what is there.
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

    /// Looks at an answer's headers: which bytes come, and whether they are the part that was asked for or the whole
    /// file.
    private func take(_ answer: HTTPClient.Answer, to range: Range<Int>) throws -> (coming: Range<Int>, isPart: Bool) {
        // The published place tells the file's SHA-256 before it leads to where the file lies.
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
    /// The bytes that come.
    let bytes: Range<Int>
    /// The size of the whole file.
    let size: Int

    /// Nil for anything else, such as a size that is `*`.
    init?(_ header: String) {
        guard let match = header.wholeMatch(of: /(?i:bytes)\s+([0-9]+)-([0-9]+)\/([0-9]+)/),
            let first = Int(match.1), let last = Int(match.2), let size = Int(match.3), first <= last, last < size
        else { return nil }
        bytes = first..<last + 1
        self.size = size
    }
}
