internal import ArgumentParser
internal import Files
internal import Foundation
internal import Imaging

/// A job of a batch: what its row and the options for all jobs come to.
struct BatchJob {
    /// Its folder under the batch's, and its row, from 1.
    let name: String
    let row: Int
    let folder: JobFolder
    /// The command's, but for where it says things and puts its results.
    let arguments: [String]
    /// The files that it reads, by option.
    let inputs: [(option: String, path: FilePath)]
    /// The files that it writes beside its results.
    let extras: [FilePath]
    /// The file that says how far it has come, where it was begun and is not done.
    let checkpoint: FilePath

    /// All the command's arguments.
    var command: [String] {
        arguments + [
            "--no-config", "--quiet", "--json", "--output=\(folder.path.argument)",
            "--checkpoint=\(checkpoint.argument)",
        ]
    }
}

/// What turns rows into jobs.
struct BatchJobs {
    /// Options for all jobs, on the command line.
    let common: [OptionValue]
    /// The files of options.
    let configuration: ConfigurationOptions
    /// The batch's folder.
    let output: FilePath
    /// The folder that a row's relative paths start at.
    let source: FilePath
    /// How many threads each job has where nothing else says so; nil for the command's own default.
    let threads: Int?

    /// An option that says where a job writes: a relative path starts at the job's folder.
    private struct Outputs: ParsableCommand {
        @OptionGroup var output: OutputOptions
    }

    private let options = LongOptions(of: Harmonize.self), outputs = LongOptions(of: Outputs.self)

    init(
        common: [OptionValue], _ configuration: ConfigurationOptions, output: FilePath, source: FilePath, threads: Int?
    ) {
        self.common = common
        self.configuration = configuration
        self.output = output
        self.source = source
        self.threads = threads
    }

    /// The job of a row; throws where the command would refuse its options, or its pictures are not there.
    func job(_ row: JobsFile.Row, named name: String) throws -> BatchJob {
        let folder = JobFolder(name, in: output)
        var arguments: [String] = []
        for (values, source): ([OptionValue], FilePath) in [(common, "."), (row.values, source)] {
            for value in values {
                let isOutput = outputs.contains(value.name)
                arguments = try options.arguments(
                    for: [value], relativeTo: isOutput ? folder.path : source, after: arguments)
            }
        }
        let painting = try Harmonize.parse(arguments).pictures.painting
        arguments = try configuration.arguments(painting: painting) + arguments
        if let threads { arguments.insert("--threads=\(threads)", at: 0) }

        let command = try Harmonize.parse(arguments)
        let files = try command.pictures.required()
        for input in files.inputs where !input.path.exists {
            throw FileError.missing(path: input.path)
        }
        let model = command.method.modelFile.flatMap { $0.exists ? $0 : nil }
        return BatchJob(
            name: name, row: row.number, folder: folder, arguments: arguments,
            inputs: files.inputs + (model.map { [("model", $0)] } ?? []), extras: command.output.extras.map(\.path),
            checkpoint: command.output.checkpoint ?? folder.file("job.checkpoint"))
    }

    /// The names of rows, in their order: the folders of their results.
    ///
    /// A row without a name is called by its number and its object's file. Throws for names that cannot be folders', and
    /// for those that some file systems cannot tell apart.
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
        // Three digits also where there are more rows, lest appended rows give others new names.
        let number = String(format: "%03d", row.number)
        let object = (row.values.reversed() + common.reversed()).first { $0.name == "object" }?.value
        guard let file = object.map({ ($0 as NSString).lastPathComponent }) else { return number }
        return "\(number)-\((file as NSString).deletingPathExtension)"
    }

    private static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && name != ResultsFile.name && name.utf8.count <= 200
            && !name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
    }
}
