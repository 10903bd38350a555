internal import CTransfer
internal import Files

/// Gets parts of files over HTTP and HTTPS.
///
/// libcurl itself and not `URLSession`, which is libcurl as well on Linux: there it takes in a body as fast as it comes and
/// keeps what is not yet written, 560 MB of a file of 553 MB where the disk was the slower one.
final class HTTPClient {
    /// What an answer's headers say; an empty string is a header that is not there.
    struct Answer {
        let status: Int
        /// How long the body is, where that is said.
        let length: Int?
        let contentRange, etag, lastModified, retryAfter, linkedETag: String
    }

    /// A request that failed on the way, with libcurl's words.
    struct Failure: Error, Equatable {
        enum Kind { case unreachable, untrusted, cut, stalled, other }

        let kind: Kind
        let reason: String
    }

    private let client: OpaquePointer
    private let timeout: Int

    /// A client that gives up connecting, or waiting for a byte, after `timeout` seconds.
    init(timeout: Int) {
        guard let client = ctransfer_open() else { preconditionFailure("no memory for a connection") }
        self.client = client
        self.timeout = timeout
    }

    deinit { ctransfer_close(client) }

    /// Asks for the bytes `range` of `url`.
    ///
    /// - Parameters:
    ///   - answer: sees the answer before its body; false ends the request.
    ///   - body: takes the body's bytes as they come; false ends the request.
    /// - Throws: ``Failure``, or what `answer` and `body` throw.
    func get(
        _ url: String, _ range: Range<Int>, answer: @escaping (Answer) throws -> Bool,
        body: @escaping (UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let reader = Reader(answer: answer, body: body)
        let taker = ctransfer_taker(
            context: Unmanaged.passUnretained(reader).toOpaque(),
            begin: { context, answer in
                guard let context, let answer else { return 0 }
                return Reader.at(context).continues { try $0.answer(Answer(answer.pointee)) }
            },
            body: { context, bytes, count in
                guard let context else { return 0 }
                return Reader.at(context).continues {
                    try $0.body(UnsafeRawBufferPointer(start: bytes, count: count))
                }
            })
        var message = [CChar](repeating: 0, count: ctransfer_message_size)
        let status = withExtendedLifetime(reader) {
            ctransfer_get(
                client, url, Int64(range.lowerBound), Int64(range.upperBound - 1), timeout, "harmonize", taker, &message
            )
        }
        if let error = reader.error { throw error }
        let kind: Failure.Kind
        switch status {
        case ctransfer_ok, ctransfer_stopped: return
        case ctransfer_unreachable: kind = .unreachable
        case ctransfer_untrusted: kind = .untrusted
        case ctransfer_cut: kind = .cut
        case ctransfer_stalled: kind = .stalled
        default: kind = .other
        }
        throw Failure(kind: kind, reason: String(cBuffer: message))
    }
}

/// The caller's two functions, and what one of them threw.
private final class Reader {
    let answer: (HTTPClient.Answer) throws -> Bool
    let body: (UnsafeRawBufferPointer) throws -> Bool
    private(set) var error: (any Error)?

    init(
        answer: @escaping (HTTPClient.Answer) throws -> Bool, body: @escaping (UnsafeRawBufferPointer) throws -> Bool
    ) {
        self.answer = answer
        self.body = body
    }

    static func at(_ context: UnsafeMutableRawPointer) -> Reader {
        Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue()
    }

    /// 1 where `step` says that the request goes on; errors do not cross C.
    func continues(_ step: (Reader) throws -> Bool) -> CInt {
        do {
            return try step(self) ? 1 : 0
        } catch {
            self.error = error
            return 0
        }
    }
}

extension HTTPClient.Answer {
    fileprivate init(_ answer: ctransfer_answer) {
        func text<Value>(_ value: Value) -> String {
            withUnsafeBytes(of: value) { String(cBuffer: $0) }
        }
        status = answer.status
        length = answer.length >= 0 ? Int(answer.length) : nil
        contentRange = text(answer.content_range)
        etag = text(answer.etag)
        lastModified = text(answer.last_modified)
        retryAfter = text(answer.retry_after)
        linkedETag = text(answer.linked_etag)
    }
}
