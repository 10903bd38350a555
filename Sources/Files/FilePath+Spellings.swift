internal import Foundation

// Names as other systems write them.
extension FilePath {
    /// This path or, where there is nothing at it, another spelling of it at which there is something: with `/` for
    /// Windows' `\`, without spaces at its ends, its bytes read as Windows-1252, or its letters composed in another
    /// way, as macOS writes them.
    package var inUse: FilePath {
        if exists { return self }
        let text = argument
        var spellings = [text, text.readAsWindows1252].flatMap { [$0, $0.replacing("\\", with: "/")] }
        spellings += spellings.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        for spelling in spellings.dropFirst() {
            if let path = FilePath(argument: spelling), path.exists { return path }
        }
        return spellings.lazy.compactMap { FilePath(argument: $0)?.composedAsOnDisk }.first ?? self
    }

    /// The path with each name as its folder has it, where the two are canonically equivalent in Unicode; nil where
    /// there is nothing of such a name.
    private var composedAsOnDisk: FilePath? {
        var path = FilePath(root: root, [])
        for component in components {
            let next = path.appending(component)
            if next.exists || component.kind != .regular {
                path = next
                continue
            }
            // Names in ASCII are composed in one way only.
            guard !component.string.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
            let name = FilePath(root: nil, [component]).argument
            // Strings are equal when they are canonically equivalent.
            let names = (path.isEmpty ? "." : path).names
            guard let found = names.first(where: { $0.argument == name }) else { return nil }
            path.append(found.components)
        }
        return path.exists ? path : nil
    }

    /// The names in this folder.
    private var names: [FilePath] {
        guard let folder = withPlatformString({ opendir($0) }) else { return [] }
        defer { closedir(folder) }
        var names: [FilePath] = []
        while let entry = readdir(folder) {
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    names.append(FilePath(platformString: $0))
                }
            }
        }
        return names
    }
}
