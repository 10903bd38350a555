import Foundation
import Synchronization

/// An HTTP server on loopback that has one file, and does wrong what it is told to.
final class FileServer: Sendable {
    /// How a request is answered.
    enum Answer: Sendable {
        /// As it should be: the part that is asked for, or all.
        case right
        /// With all of the file, whatever is asked for; its length is said or not.
        case whole(saysLength: Bool = true)
        /// The right headers, and the connection closed after so many bytes of the body.
        case cut(after: Int)
        /// The right headers, and nothing more after so many bytes of the body.
        case stall(after: Int)
        /// Part of the file, with this for its `Content-Range`.
        case range(String)
        /// A status with some headers and a short body.
        case status(Int, [String] = [])
    }

    /// The file: `head`, and zeros up to `size`.
    struct File: Sendable {
        let head: [UInt8]
        let size: Int
    }

    /// What was asked for: `GET /model.safetensors`, and the `Range` header.
    struct Request: Equatable, Sendable {
        let target: String
        let range: String?
    }

    /// What the server's threads share with it.
    private final class State: Sendable {
        struct Script {
            var file: File
            var answers: [Answer]
            var etag: String
            var requests: [Request] = []
        }

        let script: Mutex<Script>

        init(_ script: Script) { self.script = Mutex(script) }
    }

    let port: UInt16
    private let listener: CInt
    private let state: State

    /// A server of `file` that gives `answers` to the first requests and right ones after them.
    init(_ file: File, _ answers: [Answer] = [], etag: String = "\"1\"") throws {
        // A client may be gone before its answer is written.
        signal(SIGPIPE, SIG_IGN)
        #if canImport(Glibc)
            let stream = CInt(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard listener >= 0, isReady else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        state = State(.init(file: file, answers: answers, etag: etag))
        Thread.detachNewThread { [state] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread {
                    Self.serve(connection, state)
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    /// The file's address.
    var url: String { "http://127.0.0.1:\(port)/model.safetensors" }

    /// What was asked for so far.
    var requests: [Request] { state.script.withLock { $0.requests } }

    /// The ranges that were asked for so far.
    var ranges: [String] { requests.map { $0.range ?? "all" } }

    /// Puts another file in the place of the one there.
    func change(to file: File, etag: String) { state.script.withLock { ($0.file, $0.etag) = (file, etag) } }

    private static func serve(_ connection: CInt, _ state: State) {
        guard let request = readRequest(connection) else { return }
        let (answer, file, etag) = state.script.withLock { script in
            script.requests.append(request)
            return (script.answers.isEmpty ? .right : script.answers.removeFirst(), script.file, script.etag)
        }
        let size = file.size
        let part = request.range.flatMap { Self.part($0, of: size) }
        func reply(_ part: Range<Int>?, contentRange: String? = nil, saysLength: Bool = true, bytes: Int = .max) {
            let body = part ?? 0..<size
            var headers = [etag.isEmpty ? "Server: test" : "ETag: \(etag)"]
            if saysLength { headers.append("Content-Length: \(body.count)") }
            if let part {
                let range = contentRange ?? "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
                headers.append("Content-Range: \(range)")
            }
            write(head(part == nil ? 200 : 206, headers), to: connection)
            write(file, body.prefix(bytes), to: connection)
        }
        switch answer {
        case .right: reply(part)
        case .whole(let saysLength): reply(nil, saysLength: saysLength)
        case .cut(let count): reply(part, bytes: count)
        case .stall(let count):
            reply(part, bytes: count)
            // Until the client goes.
            var byte: UInt8 = 0
            _ = recv(connection, &byte, 1, 0)
        case .range(let text): reply(part ?? 0..<size, contentRange: text)
        case .status(let status, let headers):
            let page = Array("<html>A page</html>".utf8)
            write(head(status, headers + ["Content-Length: \(page.count)"]) + page, to: connection)
        }
    }

    private static func head(_ status: Int, _ headers: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status) So"] + headers + ["Connection: close", "", ""]).joined(separator: "\r\n").utf8)
    }

    private static func readRequest(_ connection: CInt) -> Request? {
        var text = ""
        var byte: UInt8 = 0
        while !text.hasSuffix("\r\n\r\n") {
            // No request begins with a control character; TLS does.
            guard recv(connection, &byte, 1, 0) == 1, !text.isEmpty || byte >= 0x20 else { return nil }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        let lines = text.components(separatedBy: "\r\n")
        let range = lines.first { $0.hasPrefix("Range: ") }?.dropFirst(7)
        let target = lines[0].split(separator: " ").dropLast().joined(separator: " ")
        return Request(target: target, range: range.map(String.init))
    }

    /// `bytes=0-99` of a file; nil for anything else.
    private static func part(_ range: String, of size: Int) -> Range<Int>? {
        guard let match = range.wholeMatch(of: /bytes=([0-9]+)-([0-9]+)/), let first = Int(match.1),
            let last = Int(match.2), first <= last, first < size
        else { return nil }
        return first..<min(last + 1, size)
    }

    private static func write(_ file: File, _ range: Range<Int>, to connection: CInt) {
        let data = range.clamped(to: 0..<file.head.count)
        guard file.head.withUnsafeBytes({ write(UnsafeRawBufferPointer(rebasing: $0[data]), to: connection) }) else {
            return
        }
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var rest = range.count - data.count
        while rest > 0, zeros.withUnsafeBytes({ write(.init(rebasing: $0.prefix(rest)), to: connection) }) {
            rest -= min(rest, zeros.count)
        }
    }

    private static func write(_ bytes: [UInt8], to connection: CInt) {
        _ = bytes.withUnsafeBytes { write($0, to: connection) }
    }

    /// Whether all bytes could be written.
    private static func write(_ bytes: UnsafeRawBufferPointer, to connection: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = send(connection, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, 0)
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
