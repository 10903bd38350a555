internal import ArgumentParser
internal import Files

/// Where options come from that the command line does not give.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Options from this file. Default: harmonize.toml beside the painting and in ~/.config/harmonize.",
            valueName: "file.toml"),
        completion: .file(extensions: ["toml"]))
    var config: FilePath?
    @Flag(name: .customLong("no-config"), help: ArgumentHelp("Read no harmonize.toml.", visibility: .expert))
    var ignoresFiles = false

    func validate() throws {
        guard config == nil || !ignoresFiles else {
            throw ValidationError("--config and --no-config exclude each other")
        }
    }

    /// The arguments that stand for what the files say; of several values for one option, the last counts.
    ///
    /// These are the file of `--config` or else the user's `harmonize.toml` and, after it, the one in the folder of
    /// `painting`, the command line's, or of the one that the user's file names.
    func arguments(painting: FilePath?) throws -> [String] {
        guard !ignoresFiles else { return [] }
        if let config { return try LongOptions(of: Harmonize.self).arguments(from: ConfigurationFile(reading: config)) }

        let user = try Self.userFile.flatMap { try ConfigurationFile(at: $0) }
        var files = [user].compactMap { $0 }
        if let folder = (painting ?? user?.painting).map(\.folder) {
            let path = FilePath(ConfigurationFile.name).inside(folder)
            if let file = try ConfigurationFile(at: path), file.path.realPath != user?.path.realPath {
                files.append(file)
            }
        }
        guard !files.isEmpty else { return [] }
        let options = LongOptions(of: Harmonize.self)
        return try files.reduce([]) { try options.arguments(from: $1, after: $0) }
    }

    /// `$XDG_CONFIG_HOME/harmonize/harmonize.toml`; where that is not set, in `~/.config`.
    private static var userFile: FilePath? {
        let base =
            FilePath(environment: "XDG_CONFIG_HOME").flatMap { $0.isAbsolute ? $0 : nil }
            ?? FilePath(environment: "HOME")?.appending(".config")
        return base?.appending("harmonize/\(ConfigurationFile.name)")
    }
}

extension Harmonize {
    /// This command with the options that its files add to those of the command line.
    func configured() throws -> Self {
        let arguments = try configurationFiles.arguments(painting: pictures.painting)
        return arguments.isEmpty ? self : try Self.parse(arguments + ProgramArguments.all)
    }
}
