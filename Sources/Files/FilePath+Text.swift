@_exported public import SystemPackage

/// A path's forms as text. File names are bytes and need not be UTF-8.
extension FilePath {
    /// The path that an argument of a command stands for; nil where a NUL is in it, which no path can hold.
    ///
    /// A byte b that is not UTF-8 is the code point U+10DC00 + b there (U+10DC80…U+10DCFF), and real characters of that
    /// range are their bytes, each so.
    public init?(argument: String) {
        let bytes = argument.bytesWithEscapes
        if bytes.contains(0) { return nil }
        self.init(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
    }

    /// The path as an argument, and its form in JSON and in files of options and jobs: different paths are different
    /// texts, and ``init(argument:)`` gives back the same path. A path in UTF-8 is itself; a byte b that is not UTF-8
    /// is the code point U+10DC00 + b.
    public var argument: String {
        String(escaping: withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) })
    }

    /// What the last component has behind its last dot, in small letters, such as `jpg`; nil where it has no dot.
    ///
    /// Unlike `extension` it is `jpg` also for a file called `.jpg`.
    package var ending: String? {
        guard let name = lastComponent?.string, let dot = name.lastIndex(of: ".") else { return nil }
        return name[dot...].dropFirst().lowercased()
    }

    /// The folder that the path lies in: `.` for a bare name, `/` for one in the root.
    package var folder: FilePath {
        let folder = removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    /// The path that this one is to a process that works in `folder`: itself where it is absolute or the folder is `.`.
    package func inside(_ folder: FilePath) -> FilePath { folder == "." ? self : folder.pushing(self) }

    /// The path as seen from `folder`, where it is in it.
    package func relative(to folder: FilePath) -> FilePath {
        var path = self
        return path.removePrefix(folder) ? path : self
    }
}

extension DefaultStringInterpolation {
    /// A path in a text for people: control characters and bytes that are not UTF-8 are escaped, as in `caf\xe9.png`.
    /// It is not for making other paths, which `appending` does.
    package mutating func appendInterpolation(_ path: FilePath) { appendLiteral(path.argument.escapingControls) }
}
