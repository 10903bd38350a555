internal import Files
internal import CTransfer

/// Requests byte ranges of files over HTTP and HTTPS.
///
/// Uses libcurl directly. `URLSession`, on Linux a wrapper of libcurl, has no back-pressure: it buffers what is not yet
/// written, 560 MB of a file of 553 MB when the disk was slower than the network.
package final class HTTPClient {
    /// The status and headers of an answer; a missing header is an empty string.
    struct Answer {
        let status: Int
        /// The length of the body in bytes, if announced.
        let length: Int?
        let contentRange, etag, lastModified, retryAfter, linkedETag: String
    }

    /// A failed transfer, with libcurl's message.
    package struct Failure: Error, Equatable {
        package enum Kind: Sendable { case unreachable, untrusted, cut, stalled, other }

        package let kind: Kind
        package let reason: String
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

    /// Requests the bytes `range` of `url`.
    ///
    /// - Parameters:
    ///   - answer: receives status and headers before the body; returns false to end the request.
    ///   - body: receives the body in chunks; returns false to end the request.
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

/// The caller's closures, and the error that one of them threw.
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

    /// 1 if `step` returns true. Stores an error, which cannot cross C, and returns 0.
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
        func text<Value>(_ value: Value) -> String { withUnsafeBytes(of: value, String.init(cBuffer:)) }
        status = answer.status
        length = answer.length >= 0 ? Int(answer.length) : nil
        contentRange = text(answer.content_range)
        etag = text(answer.etag)
        lastModified = text(answer.last_modified)
        retryAfter = text(answer.retry_after)
        linkedETag = text(answer.linked_etag)
    }
}
