internal import ArgumentParser
internal import Files
internal import Imaging

extension Harmonize {
    /// The text for `--help`, `--version` and requests for completion scripts.
    static func answer(to request: any Error) -> String {
        let text = fullMessage(for: request)
        return text == helpMessage() ? text + "\n  See 'harmonize --help-hidden' for every option." : text
    }
}

extension ArgumentVisibility {
    /// For options that few need: hidden in `--help`, visible elsewhere.
    static var expert: Self {
        // ArgumentParser's completions, manual and error messages omit hidden options.
        ProgramArguments.all.contains { ["-h", "--help", "help"].contains($0) } ? .hidden : .default
    }
}

extension ArgumentVisibility {
    /// For what `harmonize cut --help` shows and the root command's `--help` does not.
    static var cutting: Self { ProgramArguments.all.contains("cut") ? .default : .expert }
}

extension CompletionKind {
    /// A picture or mask file.
    static var picture: Self {
        let extensions = ImageFormat.allCases.flatMap(\.endings)
        return .file(extensions: extensions + extensions.map { $0.uppercased() })
    }

    /// A picture that is written.
    static var written: Self { .file(extensions: ImageFormat.writable.flatMap(\.endings)) }
}
