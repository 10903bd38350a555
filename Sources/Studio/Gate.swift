internal import Foundation

/// Who may speak to the studio: pages that it sent itself, by a secret in their address.
struct Gate: Sendable {
    /// The secret: 192 random bits.
    let token = Self.secret()
    /// The part of an address that lets one browser in, once.
    let invitation = Self.secret()
    let port: Int

    /// What a request may do.
    enum Verdict: Equatable {
        /// It is for this path below the secret.
        case admitted(String)
        /// It shows the invitation.
        case invited
        case refused(Int, String)
    }

    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<3).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The address with the secret.
    var address: String { "http://127.0.0.1:\(port)/\(token)/" }

    func judge(_ request: WebRequest) -> Verdict {
        // Another name for this machine would be a foreign page's (DNS rebinding).
        guard let host = request["host"], ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host) else {
            return .refused(403, "Use the address that 'harmonize studio' printed.\n")
        }
        if request.has("origin") || !["GET", "HEAD"].contains(request.method) {
            guard request["origin"] == "http://\(host)" else { return .refused(403, "From elsewhere.\n") }
        }
        if request.has("sec-fetch-site") {
            guard let site = request["sec-fetch-site"], ["same-origin", "none"].contains(site) else {
                return .refused(403, "From elsewhere.\n")
            }
        }
        let parts = request.path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].isEmpty else { return .refused(404, "There is nothing here.\n") }
        if parts.count == 3, parts[1] == "open", Self.isEqual(parts[2], invitation) { return .invited }
        guard parts.count == 3, Self.isEqual(parts[1], token) else {
            return .refused(403, "Use the address that 'harmonize studio' printed, to its last letter.\n")
        }
        return .admitted(String(parts[2]))
    }

    /// Compares in a time that does not tell how much is right.
    private static func isEqual(_ text: Substring, _ secret: String) -> Bool {
        let given = Array(text.utf8), wanted = Array(secret.utf8)
        var difference = given.count == wanted.count ? 0 : 1
        for i in wanted.indices { difference |= Int(wanted[i] ^ (i < given.count ? given[i] : 0)) }
        return difference == 0
    }
}
