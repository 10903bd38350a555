internal import Files
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A request's head, as far as it matters here.
struct WebRequest: Sendable {
    let method: String
    /// The path of the target, and what stands behind its question mark.
    let path: String
    let query: [String: String]
    private let headers: HTTPHeaders

    init(_ head: HTTPRequestHead) {
        method = head.method.rawValue
        headers = head.headers
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        var query: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? String(sides[1]) : ""
            query[String(sides[0])] = value.replacing("+", with: " ").removingPercentEncoding ?? ""
        }
        self.query = query
    }

    /// The value of a header; nil where there is none, or more than one.
    subscript(_ name: String) -> String? {
        let values = headers[name]
        return values.count == 1 ? values[0] : nil
    }

    /// Whether the header is there at all.
    func has(_ name: String) -> Bool { headers.contains(name: name) }
}

/// An answer: a status, headers, and bytes or a file.
struct WebResponse: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case file(FilePath)
    }

    var status: Int
    var headers: [(String, String)] = []
    var body: Body = .bytes([])

    static func json(_ value: some Encodable, status: Int = 200) -> WebResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(value)).map { [UInt8]($0) } ?? []
        return WebResponse(status: status, headers: [("content-type", "application/json")], body: .bytes(bytes))
    }

    static func text(_ status: Int, _ text: String) -> WebResponse {
        WebResponse(
            status: status, headers: [("content-type", "text/plain; charset=utf-8")], body: .bytes(Array(text.utf8)))
    }
}

/// The body of a request, read piece by piece. The client sends no faster than it is read.
struct WebBody {
    fileprivate typealias Parts = NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator

    /// The body is longer than it may be, or the connection ended in it.
    enum Failure: Error {
        case tooLong, cut
    }

    fileprivate var parts: Parts
    /// The length that the head names.
    let declaredLength: Int?
    fileprivate(set) var isComplete = false

    /// The next piece; nil at the end.
    mutating func next() async throws -> ByteBuffer? {
        guard !isComplete else { return nil }
        switch try await parts.next() {
        case .body(let bytes): return bytes
        case .end:
            isComplete = true
            return nil
        case .head, nil: throw Failure.cut
        }
    }

    /// The whole body.
    mutating func bytes(atMost limit: Int) async throws -> [UInt8] {
        guard declaredLength ?? 0 <= limit else { throw Failure.tooLong }
        var all: [UInt8] = []
        while let piece = try await next() {
            guard all.count + piece.readableBytes <= limit else { throw Failure.tooLong }
            all += piece.readableBytesView
        }
        return all
    }

    /// Writes the body to a new file.
    mutating func write(to path: FilePath, atMost limit: Int) async throws {
        guard declaredLength ?? 0 <= limit else { throw Failure.tooLong }
        let file = try Files.FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
        defer { try? file.close() }
        var count = 0
        while let piece = try await next() {
            count += piece.readableBytes
            guard count <= limit else { throw Failure.tooLong }
            try file.writeAll(piece.readableBytesView)
        }
    }
}

/// An HTTP server on the loopback interface.
struct WebServer: Sendable {
    /// A connection on which nothing is read for so long is closed, unless it waits for an answer.
    static let silence = TimeAmount.seconds(30)

    let handler: @Sendable (WebRequest, inout WebBody) async -> WebResponse

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, IOData>>

    /// Listens at `port` of 127.0.0.1 (0: any that is free) and serves until cancelled; calls `ready` with the port.
    func run(port: Int, ready: @Sendable (Int) -> Void) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(readTimeout: Self.silence))
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderFieldSize = 8192
                    limits.maxHeaderFieldCount = 64
                    try pipeline.configureHTTPServerPipeline(
                        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
                    try pipeline.addHandler(SilenceHandler())
                    return try Connection(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8),
                            isOutboundHalfClosureEnabled: true))
                }
            }
        ready(listener.channel.localAddress?.port ?? port)
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { try? await serve(connection) }
                }
            }
        }
    }

    /// Answers the requests of a connection, one after the other.
    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            while case .head(let head)? = try await parts.next() {
                let request = WebRequest(head)
                if request["expect"]?.lowercased() == "100-continue" {
                    // Sent before the request is judged: a client that is told no stops sending at the answer.
                    try await outbound.write(.head(HTTPResponseHead(version: head.version, status: .continue)))
                }
                var body = WebBody(parts: parts, declaredLength: request["content-length"].flatMap { Int($0) })
                var response = await handler(request, &body)
                if !body.isComplete, request.method == "GET" || request.method == "HEAD" {
                    // Its end, which is here already.
                    if try await body.next() != nil { response = .text(400, "A body is not expected here.\n") }
                }
                let goesOn = head.isKeepAlive && body.isComplete
                try await send(response, goesOn: goesOn, isHead: request.method == "HEAD", head.version, outbound)
                guard goesOn else {
                    try await drain(&body)
                    // Closing drops what is not sent yet. The client closes once it has all of it.
                    outbound.finish()
                    if body.isComplete { _ = try await body.parts.next() }
                    return
                }
                parts = body.parts
            }
        }
    }

    private func send(
        _ response: WebResponse, goesOn: Bool, isHead: Bool, _ version: HTTPVersion,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, IOData>>
    ) async throws {
        var headers = HTTPHeaders(response.headers)
        for (name, value) in Self.security { headers.replaceOrAdd(name: name, value: value) }
        var status = response.status, file: Files.FileDescriptor?
        var bytes: [UInt8] = [], length = 0
        switch response.body {
        case .bytes(let all): (bytes, length) = (all, all.count)
        case .file(let path):
            do {
                let opened = try Files.FileDescriptor.open(path, .readOnly, options: .closeOnExec)
                length = Int(try opened.seek(offset: 0, from: .end))
                try opened.seek(offset: 0, from: .start)
                file = opened
            } catch {
                (status, bytes) = (404, Array("It is no longer there.\n".utf8))
                length = bytes.count
            }
        }
        defer { try? file?.close() }
        headers.replaceOrAdd(name: "content-length", value: String(length))
        if !goesOn { headers.replaceOrAdd(name: "connection", value: "close") }
        try await outbound.write(
            .head(HTTPResponseHead(version: version, status: .init(statusCode: status), headers: headers)))
        if !isHead {
            if let file {
                var left = length
                while left > 0 {
                    var buffer = ByteBuffer()
                    let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: min(left, 1 << 16)) {
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(min(left, 1 << 16))))
                    }
                    guard count > 0 else { throw WebBody.Failure.cut }
                    left -= count
                    try await outbound.write(.body(.byteBuffer(buffer)))
                }
            } else if !bytes.isEmpty {
                try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
            }
        }
        try await outbound.write(.end(nil))
    }

    /// Reads on for a little while after an answer that came before the end of the request: closing a connection
    /// with unread data would take the answer from the client.
    private func drain(_ body: inout WebBody) async throws {
        let end = ContinuousClock.now + .seconds(1)
        var left = 64 << 20
        while left > 0, ContinuousClock.now < end, let piece = try await body.next() { left -= piece.readableBytes }
    }

    /// The headers of every answer: nothing from elsewhere, nothing to elsewhere, in nobody's frame, kept nowhere.
    static let security = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("cache-control", "no-store"),
    ]
}

/// Closes a connection on which nothing was read for a while, but not before an answer that takes longer.
private final class SilenceHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isAnswering = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { isAnswering = true }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { isAnswering = false }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            if !isAnswering { context.close(promise: nil) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
