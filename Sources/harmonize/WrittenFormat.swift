public import ArgumentParser
internal import Files
public import Imaging

// By its name: one of the formats that are written.
extension ImageFormat: ExpressibleByArgument {
    /// The format of that name; nil for one that is only read.
    public init?(argument: String) {
        guard let format = ImageFormat(rawValue: argument), Self.writable.contains(format) else { return nil }
        self = format
    }

    /// For messages and completions.
    public static var allValueStrings: [String] { writable.map(\.rawValue) }
}

extension ImageFormat {
    /// Throws unless the name of an option's file ends like one of these formats, or in one of `others`.
    static func checkName(
        _ option: String, _ path: FilePath, among formats: [ImageFormat], or others: [String] = []
    ) throws {
        let endings = formats.flatMap(\.endings) + others
        guard !endings.contains(where: { $0 == path.ending }) else { return }
        let names = endings.map { ".\($0)" }
        throw ValidationError(
            "--\(option) needs a name that ends in \(names.dropLast().joined(separator: ", ")) or \(names.last ?? ""), "
                + "got \(path)")
    }
}
