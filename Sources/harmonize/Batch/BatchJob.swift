internal import ArgumentParser
internal import Files
internal import Foundation
internal import Imaging

/// A job of a batch, resolved from its row and the options for all jobs.
struct BatchJob {
    /// The name of its folder in the batch's, and its row, from 1.
    let name: String
    let row: Int
    let folder: FilePath
    /// The command's arguments, except those for its output: see ``command``.
    let arguments: [String]
    /// The files that it reads, by option.
    let inputs: [(option: String, path: FilePath)]
    /// The files that it writes besides its results.
    let extras: [FilePath]
    /// Its checkpoint file, which exists while the job is incomplete.
    let checkpoint: FilePath

    /// All the command's arguments.
    var command: [String] {
        arguments + [
            "--no-config", "--quiet", "--json", "--output=\(folder.argument)", "--checkpoint=\(checkpoint.argument)",
        ]
    }

    /// Whether all these files exist in the folder; false for none.
    func hasAll(_ files: [FilePath]) -> Bool { !files.isEmpty && files.allSatisfy { folder.pushing($0).exists } }

    /// Flushes the files and the folder to disk (`fsync`): a job recorded as done survives a power cut.
    func synchronize(_ files: [FilePath]) {
        for path in files + [folder] {
            let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            try? file?.closeAfter { try file?.synchronize() }
        }
    }
}

/// Resolves the rows of a job file into jobs.
struct BatchJobs {
    /// The options on the command line, which apply to all jobs.
    let common: [OptionValue]
    /// The options files.
    let configuration: ConfigurationOptions
    /// The batch's folder.
    let output: FilePath
    /// The base folder of relative paths in rows.
    let source: FilePath
    /// The threads of each job where no option sets them; nil for the command's default.
    let threads: Int?

    /// The options for output files, whose relative paths are resolved against the job's folder.
    private struct Outputs: ParsableCommand {
        @OptionGroup var output: OutputOptions
    }

    private let options = Harmonize.longOptions, outputs = LongOptions(of: Outputs.self)

    init(
        common: [OptionValue], _ configuration: ConfigurationOptions, output: FilePath, source: FilePath, threads: Int?
    ) {
        self.common = common
        self.configuration = configuration
        self.output = output
        self.source = source
        self.threads = threads
    }

    /// The job of a row; throws if the command would reject its options, or a picture does not exist.
    func job(_ row: JobsFile.Row, named name: String) throws -> BatchJob {
        let folder = output.pushing(FilePath(argument: name) ?? ".")
        var arguments: [String] = []
        for (values, source): ([OptionValue], FilePath) in [(common, "."), (row.values, source)] {
            for value in values {
                let isOutput = outputs.contains(value.name)
                arguments = try options.arguments(
                    for: [value], relativeTo: isOutput ? folder : source, after: arguments)
            }
        }
        let painting = try Harmonize.parse(arguments).pictures.painting
        arguments = try configuration.arguments(painting: painting) + arguments
        if let threads { arguments.insert("--threads=\(threads)", at: 0) }

        let command = try Harmonize.parse(arguments)
        let files = try command.pictures.required(command.cutting)
        for input in files.inputs where !input.path.exists {
            throw FileError.missing(path: input.path)
        }
        let model = command.method.modelFile.flatMap { $0.exists ? $0 : nil }
        return BatchJob(
            name: name, row: row.number, folder: folder, arguments: arguments,
            inputs: files.inputs + (model.map { [("model", $0)] } ?? []), extras: command.output.extras.map(\.path),
            checkpoint: command.output.checkpoint ?? folder.appending("job.checkpoint"))
    }

    /// The names of the rows' jobs, in order: also those of their folders.
    ///
    /// The default name is the row's number and its object's file name. Throws for a name that is not a valid folder
    /// name, and for two that are equal but for case.
    func names(of rows: [JobsFile.Row]) throws -> [String] {
        var origins: [String: String] = [:]
        return try rows.map { row in
            let name = row.name ?? defaultName(row)
            guard Self.isSafe(name) else { throw JobsFileError.name(name, origin: row.origin) }
            if let first = origins.updateValue(row.origin, forKey: name.lowercased()) {
                throw JobsFileError.sameName(name, origin: row.origin, first: first)
            }
            return name
        }
    }

    private func defaultName(_ row: JobsFile.Row) -> String {
        // Padded to three digits for any number of rows, so that appended rows rename none.
        let number = String(format: "%03d", row.number)
        let object = (row.values.reversed() + common.reversed()).first { $0.name == "object" }?.value
        guard let name = FilePath(argument: object ?? "")?.lastComponent else { return number }
        var file = FilePath(root: nil, [name])
        file.extension = nil
        return "\(number)-\(file.argument)"
    }

    private static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && name != ResultsFile.name && name.utf8.count <= 200
            && !name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
    }
}
