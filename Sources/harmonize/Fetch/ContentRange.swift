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
