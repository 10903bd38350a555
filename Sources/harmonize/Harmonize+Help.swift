internal import ArgumentParser

extension Harmonize {
    /// What `--help`, `--version` and requests for completion scripts are answered with.
    static func answer(to request: any Error) -> String {
        let text = fullMessage(for: request)
        return text == helpMessage() ? text + "\n  See 'harmonize --help-hidden' for every option." : text
    }
}

extension ArgumentVisibility {
    /// Of options that few need: `--help` leaves them out, all else has them.
    static var expert: Self {
        // ArgumentParser's completions, manual and error messages leave out what is hidden.
        ProgramArguments.all.contains { ["-h", "--help", "help"].contains($0) } ? .hidden : .default
    }
}

extension CompletionKind {
    /// A file that holds a picture, or a mask.
    static var picture: Self {
        let extensions = ["png", "jpg", "jpeg"]
        return .file(extensions: extensions + extensions.map { $0.uppercased() })
    }
}
