internal import Foundation

@_exported public import SystemPackage

// Paths as text. File names are bytes and need not be UTF-8.
extension FilePath {
    /// The path that a command argument stands for; nil if it contains a NUL, which no path can.
    ///
    /// The code point U+10DC00 + b (U+10DC80…U+10DCFF) stands for a byte b that is not UTF-8. Real characters of that
    /// range are written as their bytes, each encoded so. A slash at the end, which says that a folder is meant,
    /// becomes `/.`, which says the same to the system.
    public init?(argument: String) {
        let bytes = argument.bytesWithEscapes
        if bytes.contains(0) { return nil }
        self.init(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
        if bytes.last == UInt8(ascii: "/"), lastComponent.map({ $0.kind == .regular }) == true { append(".") }
    }

    /// The path as a command argument, and as JSON, jobs files and configuration files hold it: a lossless form, which
    /// ``init(argument:)`` reads. A path in UTF-8 is unchanged.
    public var argument: String {
        String(escaping: withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: length)) })
    }

    /// The part of the last component behind its last dot, in lower case, such as `jpg`; nil without a dot.
    ///
    /// Unlike `extension`, it is `jpg` for a file `.jpg`, too.
    package var ending: String? {
        guard let name = lastComponent?.string, let dot = name.lastIndex(of: ".") else { return nil }
        return name[dot...].dropFirst().lowercased()
    }

    /// The parent folder: `.` for a bare name, `/` for a file in the root.
    package var folder: FilePath {
        let folder = removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    /// The path resolved against the working directory `folder`.
    package func inside(_ folder: FilePath) -> FilePath { folder == "." ? self : folder.pushing(self) }

    /// The path relative to `folder` if it lies in it, else the path itself.
    package func relative(to folder: FilePath) -> FilePath {
        var path = self
        return path.removePrefix(folder) ? path : self
    }
}

extension DefaultStringInterpolation {
    /// The path in a message: control characters and bytes that are not UTF-8 are escaped, as in `caf\xe9.png`.
    ///
    /// The form is lossy: never build paths from it.
    package mutating func appendInterpolation(_ path: FilePath) { appendLiteral(path.argument.escapingControls) }
}

/// The arguments of this program, without loss of bytes that are not UTF-8.
package enum ProgramArguments {
    /// The arguments after the program's name, in the form that ``FilePath/init(argument:)`` reads, which
    /// `CommandLine.arguments` is not.
    package static let all: [String] = (0..<Int(CommandLine.argc)).dropFirst().compactMap { index in
        CommandLine.unsafeArgv[index].map {
            String(escaping: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
        }
    }
}
