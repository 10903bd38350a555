internal import ArgumentParser
internal import Files
internal import Foundation
internal import Imaging
internal import Synchronization

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

/// A row of a job file that is still to become a job, which takes the parser a millisecond.
struct BatchRow {
    let row: JobsFile.Row
    let name: String
    /// Why it cannot be done along with the others.
    let problem: JobsFileError?
}

/// Resolves the rows of a job file into jobs.
final class BatchJobs: Sendable {
    /// The options on the command line, which apply to all jobs.
    private let common: [OptionValue]
    /// The options files.
    private let configuration: ConfigurationOptions
    /// The batch's folder.
    private let output: FilePath
    /// The base folder of relative paths in rows.
    private let source: FilePath
    /// The threads of each job where no option sets them; nil for the command's default.
    private let threads: Int?

    /// The options for output files, whose relative paths are resolved against the job's folder.
    private struct Outputs: ParsableCommand {
        @OptionGroup var output: OutputOptions
    }

    private let options = Harmonize.longOptions, outputs = LongOptions(of: Outputs.self)

    /// The arguments that the options files give for paintings in a folder. Many jobs share them.
    private let configured = Mutex<[FilePath?: Result<[String], any Error>]>([:])

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
    func job(_ planned: BatchRow) throws -> BatchJob {
        let row = planned.row, name = planned.name
        if let problem = row.problem ?? planned.problem { throw problem }
        let folder = folder(of: name)
        let first = (threads.map { ["--threads=\($0)"] } ?? []) + (try configured(painting(row)))
        var arguments = try first + arguments(row, folder, .given)
        var command: Harmonize
        do {
            command = try Harmonize.parse(arguments)
        } catch {
            // Now each value is tried, to find the one that is wrong or spelled in another way.
            arguments = try first + self.arguments(row, folder, .tried)
            command = try Harmonize.parse(arguments)
        }
        let files = try command.pictures.required(command.cutting)
        for input in files.inputs where !input.path.exists {
            throw FileError.missing(path: input.path)
        }
        let model = command.method.modelFile.flatMap { $0.exists ? $0 : nil }
        return BatchJob(
            name: name, row: row.number, folder: folder, arguments: arguments,
            inputs: files.inputs + (model.map { [("model", $0)] } ?? []),
            checkpoint: command.output.checkpoint ?? folder.appending("job.checkpoint"))
    }

    private func folder(of name: String) -> FilePath { output.pushing(FilePath(argument: name) ?? ".") }

    /// The arguments of the options for all jobs and of the row's.
    private func arguments(_ row: JobsFile.Row, _ folder: FilePath, _ trust: LongOptions.Trust) throws -> [String] {
        var arguments: [String] = []
        for (values, source): ([OptionValue], FilePath) in [(common, "."), (row.values, source)] {
            for value in values {
                let isOutput = outputs.contains(value.name)
                arguments = try options.arguments(
                    for: [value], relativeTo: isOutput ? folder : source, after: arguments, trust
                ) { isOutput ? $0 : $0.inUse }
            }
        }
        return arguments
    }

    /// The value of an option for a row, and the folder that it is relative to.
    private func value(of option: String, _ row: JobsFile.Row) -> (text: String, folder: FilePath)? {
        if let value = row.values.last(where: { $0.name == option }) { return (value.value, source) }
        return common.last { $0.name == option }.map { ($0.value, ".") }
    }

    private func painting(_ row: JobsFile.Row) -> FilePath? {
        value(of: "painting", row).flatMap { LongOptions.path($0.text, relativeTo: $0.folder) }
    }

    private func configured(_ painting: FilePath?) throws -> [String] {
        try configured.withLock { known in
            if let result = known[painting?.folder] { return result }
            let result = Result { try configuration.arguments(painting: painting) }
            known[painting?.folder] = result
            return result
        }.get()
    }

    /// The rows with the names of their jobs.
    ///
    /// Throws for a name that is not a valid folder name, and for two that are equal but for case. A job that would
    /// write a file that another one writes or reads has that as its problem.
    func planned(_ rows: [JobsFile.Row]) throws -> [BatchRow] {
        let names = try names(of: rows)
        // The job that writes each additional file that lies in no job's own folder, by path.
        var writers: [FilePath: String] = [:]
        var readers: [FilePath: String]?
        return zip(rows, names).map { row, name in
            for path in outsideFiles(row, name) {
                let place = path.realPath
                if readers == nil { readers = inputs(rows, names) }
                if let first = readers?[place] ?? writers[place], first != name {
                    return BatchRow(
                        row: row, name: name, problem: .sameResult(path, origin: row.origin, first: first))
                }
                writers[place] = name
            }
            return BatchRow(row: row, name: name, problem: nil)
        }
    }

    /// The additional files of a row's job that may lie outside its folder.
    private func outsideFiles(_ row: JobsFile.Row, _ name: String) -> [FilePath] {
        let folder = folder(of: name), configured = (try? configured(painting(row))) ?? []
        return OutputOptions.extraOptions.compactMap { option in
            if let text = value(of: option, row)?.text {
                guard text.hasPrefix("/") || text.hasPrefix("~") || text.contains("..") else { return nil }
                return LongOptions.path(text, relativeTo: folder)
            }
            let start = "--\(option)="
            return configured.last { $0.hasPrefix(start) }.flatMap {
                FilePath(argument: String($0.dropFirst(start.count)))
            }
        }.filter(\.isReplaceable)
    }

    /// The files that the rows' jobs read, each with a job.
    private func inputs(_ rows: [JobsFile.Row], _ names: [String]) -> [FilePath: String] {
        var given: [FilePath: String] = [:]
        for (row, name) in zip(rows, names) {
            for (values, source): ([OptionValue], FilePath) in [(common, "."), (row.values, source)] {
                for value in values where options.isPath(value.name) && !outputs.contains(value.name) {
                    if let path = LongOptions.path(value.value, relativeTo: source) { given[path] = name }
                }
            }
        }
        return Dictionary(given.map { ($0.key.inUse.realPath, $0.value) }) { first, _ in first }
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

    /// A warning about the first of these names that a folder cannot have everywhere; nil where there is none.
    static func portability(_ names: some Sequence<String>) -> Warnings.Warning? {
        names.first { !isPortable($0) }.map { name in
            Warnings.Warning(
                warning: "the folder of job '\(name)' cannot be copied to Windows",
                hint: "names are fine there without < > : \" \\ | ? *, a dot or a space at the end, and devices' "
                    + "names such as CON and NUL")
        }
    }

    /// Whether Windows lets a folder have the name.
    private static func isPortable(_ name: String) -> Bool {
        let device = name.prefix { $0 != "." }.uppercased().trimmingCharacters(in: .whitespaces)
        let isNumbered = ["COM", "LPT"].contains(device.dropLast()) && device.last.map { "1"..."9" ~= $0 } == true
        return !name.hasSuffix(".") && !name.hasSuffix(" ") && !name.contains { "<>:\"\\|?*".contains($0) }
            && !["CON", "PRN", "AUX", "NUL"].contains(device) && !isNumbered
    }

    private func defaultName(_ row: JobsFile.Row) -> String {
        // Padded to three digits for any number of rows, so that appended rows rename none.
        let number = String(format: "%03d", row.number)
        let path = (value(of: "object", row)?.text ?? "").split { $0 == "/" || $0 == "\\" }.last ?? ""
        guard let name = FilePath(argument: path.trimmingCharacters(in: .whitespaces))?.lastComponent else {
            return number
        }
        var file = FilePath(root: nil, [name])
        file.extension = nil
        // Files may have names that folders, which get more in front, cannot have or should not.
        var text = "\(number)-"
        for character in file.argument {
            let isSafe = character.unicodeScalars.allSatisfy { !$0.isUnsafeToPrint }
            guard text.bytesWithEscapes.count + String(character).bytesWithEscapes.count <= Self.longest else { break }
            text += isSafe ? String(character) : "_"
        }
        while text.last == " " || text.last == "." { text.removeLast() }
        return text
    }

    /// The bytes of a name at most: file systems allow 255, and some of them less.
    private static let longest = 200

    private static func isSafe(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && name != ResultsFile.name && name.bytesWithEscapes.count <= longest
            && !name.unicodeScalars.contains { $0 == "/" || $0.isUnsafeToPrint }
    }
}
