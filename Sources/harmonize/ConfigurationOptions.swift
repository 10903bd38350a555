internal import ArgumentParser
internal import Fetching
internal import Files

/// The choice of options files.
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

    /// The arguments equivalent to the options files; of several values for one option, the last wins.
    ///
    /// With `--config`, that file alone; else the user's `harmonize.toml`, then the one beside the painting:
    /// `painting`, from the command line, or else the one that the user's file sets.
    func arguments(painting: FilePath?) throws -> [String] {
        guard !ignoresFiles else { return [] }
        let options = Harmonize.longOptions
        if let config { return try options.arguments(from: ConfigurationFile(reading: config)) }

        let user = try Self.userFile.flatMap { try ConfigurationFile(at: $0) }
        var files = [user].compactMap { $0 }
        if let folder = (painting ?? user?.painting).map(\.folder) {
            let path = FilePath(ConfigurationFile.name).inside(folder)
            if let file = try ConfigurationFile(at: path), file.path.realPath != user?.path.realPath {
                files.append(file)
            }
        }
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
    /// The options that files may set.
    static let longOptions = LongOptions(of: Harmonize.self, names: ["model": { ModelSource.isName($0) }])

    /// This command with the options of its files added to those of the command line.
    func configured() throws -> Self {
        let arguments = try configurationFiles.arguments(painting: pictures.painting)
        return arguments.isEmpty ? self : try Self.parse(arguments + ProgramArguments.all)
    }
}
