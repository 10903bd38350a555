public import Files
internal import CStudioPage
internal import Foundation
internal import NIOCore

/// What the studio is given.
public struct StudioConfiguration: Sendable {
    /// This program, which does the work.
    public var executable: FilePath
    /// The pictures to begin with.
    public var painting, photograph: FilePath?
    /// The port, 0 for any that is free.
    public var port: Int
    /// The limit on a picture's pixels.
    public var maxPixels: Int
    /// Options for all jobs.
    public var jobArguments: [String]
    /// The bytes that a process may have; nil for any number.
    public var availableMemory: @Sendable () -> Int?

    /// A configuration of these.
    public init(
        executable: FilePath, painting: FilePath?, photograph: FilePath?, port: Int, maxPixels: Int,
        jobArguments: [String], availableMemory: @escaping @Sendable () -> Int?
    ) {
        (self.executable, self.painting, self.photograph) = (executable, painting, photograph)
        (self.port, self.maxPixels, self.jobArguments) = (port, maxPixels, jobArguments)
        self.availableMemory = availableMemory
    }
}

/// The studio: a page in the browser in which an object is cut out, placed and repainted.
public final class Studio: Sendable {
    private let configuration: StudioConfiguration
    private let folder: SessionFolder
    private let session: Session

    /// The most bytes of a change that a page sends.
    private static let largestChange = 8 << 20

    /// The most bytes of a picture's file: 16 for a pixel, and room for what else is in it.
    private var largestPicture: Int { min(1 << 30, 64 << 20 + 16 * min(configuration.maxPixels, 1 << 32)) }

    /// Makes the private folder.
    public init(_ configuration: StudioConfiguration) throws {
        self.configuration = configuration
        folder = try SessionFolder()
        session = Session(configuration, folder)
    }

    /// Serves the page until the process ends. `ready` gets the page's address, and one that lets a browser in once.
    public func run(ready: @escaping @Sendable (_ address: String, _ invitation: String) -> Void) async throws {
        let given: [(Session.Kind, FilePath?)] = [
            (.painting, configuration.painting), (.photograph, configuration.photograph),
        ]
        Task {
            for (kind, path) in given {
                if let path { await session.take(kind, path, argument: path.argument, tab: "") }
            }
        }
        let entrance = Entrance()
        let server = WebServer { [self] request, body in
            guard let gate = entrance.gate else { return .text(503, "Not yet.\n") }
            switch gate.judge(request) {
            case .refused(let status, let text): return .text(status, text)
            case .invited:
                guard request.method == "GET", entrance.letIn() else { return .text(403, "That was used before.\n") }
                return WebResponse(status: 303, headers: [("location", "/\(gate.token)/")])
            case .admitted(let path): return await answer(request, path, &body)
            }
        }
        try await server.run(port: configuration.port) { port in
            let gate = Gate(port: port)
            entrance.open(gate)
            ready(gate.address, "http://127.0.0.1:\(port)/open/\(gate.invitation)")
        }
    }

    /// Ends all work and removes the private folder.
    public func close() {
        let done = DispatchSemaphore(value: 0)
        Task.detached { [session] in
            await session.close()
            done.signal()
        }
        _ = done.wait(timeout: .now() + 3)
        folder.remove()
    }

    private func answer(_ request: WebRequest, _ path: String, _ body: inout WebBody) async -> WebResponse {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (request.method, parts[0], parts.count) {
        case ("GET", "state", 1):
            return .json(await session.state(after: request.query["after"].flatMap { Int($0) } ?? 0))
        case ("GET", "file", 2):
            guard let file = await session.file(parts[1]) else { return .text(404, "There is nothing here.\n") }
            return WebResponse(status: 200, headers: [("content-type", "image/png")], body: .file(file))
        case ("GET", "save", 2):
            guard let (file, name) = await session.saved(parts[1]) else {
                return .text(404, "There is nothing here.\n")
            }
            return WebResponse(
                status: 200,
                headers: [
                    ("content-type", "application/octet-stream"),
                    ("content-disposition", "attachment; filename=\"\(name)\""),
                ], body: .file(file))
        case ("GET", let name, 1):
            return page(name) ?? .text(404, "There is nothing here.\n")
        case ("PUT", let name, 1):
            guard let kind = Session.Kind(rawValue: name) else { return .text(404, "There is nothing here.\n") }
            return await take(kind, request, &body)
        case ("POST", "change", 1):
            do {
                let bytes = try await body.bytes(atMost: Self.largestChange)
                let change = try JSONDecoder().decode(Session.Change.self, from: Data(bytes))
                guard let state = await session.apply(change) else { return .text(422, "That is not possible.\n") }
                return .json(state)
            } catch WebBody.Failure.tooLong {
                return .text(413, "That is too long.\n")
            } catch {
                return .text(400, "That is not understood.\n")
            }
        case ("POST", "repaint", 1), ("POST", "stop", 1):
            guard (try? await body.bytes(atMost: 0)) != nil else { return .text(400, "A body is not expected here.\n") }
            if parts[0] == "repaint" { await session.repaint() } else { await session.stop() }
            return .json(await session.state(after: 0))
        case ("GET", _, _), ("PUT", _, _), ("POST", _, _): return .text(404, "There is nothing here.\n")
        default: return .text(405, "That is not done here.\n")
        }
    }

    private func take(_ kind: Session.Kind, _ request: WebRequest, _ body: inout WebBody) async -> WebResponse {
        do {
            let path = try await session.uploadPath()
            do {
                try await body.write(to: path, atMost: largestPicture)
            } catch {
                path.removeFile()
                throw error
            }
            let name = Self.label(request.query["name"] ?? "", kind)
            await session.take(kind, path, argument: name, tab: String((request.query["tab"] ?? "").prefix(64)))
            return .json(await session.state(after: 0))
        } catch WebBody.Failure.tooLong {
            return .text(413, "Pictures of more than \(largestPicture >> 20) MB are not taken.\n")
        } catch {
            return .text(507, "The picture could not be stored: \(error).\n")
        }
    }

    /// A name to show: of a file that is never opened by it.
    private static func label(_ name: String, _ kind: Session.Kind) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let clean = last.unicodeScalars.filter {
            ![.control, .format, .lineSeparator, .paragraphSeparator, .privateUse].contains(
                $0.properties.generalCategory)
        }
        let label = String(String.UnicodeScalarView(clean)).prefix(120).drop { $0 == "." || $0 == "-" }
        return label.isEmpty ? "\(kind.rawValue).png" : String(label)
    }

    private static let types = [
        "html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml",
    ]

    /// A file of the page.
    private func page(_ name: String) -> WebResponse? {
        let name = name.isEmpty ? "index.html" : name
        for i in 0..<cstudiopage_count() where String(cString: cstudiopage_name(i)) == name {
            let bytes = UnsafeBufferPointer(start: cstudiopage_bytes(i), count: cstudiopage_length(i))
            let type = Self.types[name.split(separator: ".").last.map(String.init) ?? ""] ?? "text/plain"
            return WebResponse(
                status: 200, headers: [("content-type", "\(type); charset=utf-8")], body: .bytes(Array(bytes)))
        }
        return nil
    }
}
