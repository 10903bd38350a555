internal import Foundation

// Where files are written.
extension FilePath {
    /// Whether the path can only be a folder's: it was given with a slash at its end.
    package var namesFolder: Bool { lastComponent?.kind == .currentDirectory }

    /// The path without the `.` at its end, which stands for a slash there.
    package var withoutSlash: FilePath { namesFolder && components.count > 1 ? folder : self }

    /// Throws unless a file can be written at this path, as far as that can be told without a trace on the disk.
    ///
    /// A file that exists must not be write-protected; of one that does not, the folder or, if `makingFolders`, the
    /// nearest one that exists must be writable.
    package func checkWritable(makingFolders: Bool) throws(FileError) {
        if let reason = obstacle(makingFolders) { throw .cannotWrite(path: self, reason: reason) }
    }

    private func obstacle(_ makingFolders: Bool) -> String? {
        let target: FilePath
        do throws(Errno) {
            switch try status?.type {
            case .directory: return "there is a folder of that name"
            case .regular:
                guard isWritable else { return "it is write-protected" }
                target = try resolvingLinks()
            case nil: target = try followingLinks()
            default: return isWritable ? nil : "it is not writable"
            }
            return try target.folderObstacle(makingFolders)
        } catch {
            return "\(error)"
        }
    }

    /// Why no file can be made of this path, at which there is none.
    private func folderObstacle(_ makingFolders: Bool) throws(Errno) -> String? {
        var folder = folder, names = [lastComponent].compactMap { $0 }
        while true {
            if let status = try folder.status {
                guard status.type == .directory else { return "\(folder) is not a folder" }
                break
            }
            if folder.linkTarget != nil { return "\(folder) is a link that leads nowhere" }
            let isUnderFile = !folder.folder.isFolder && folder.folder.exists
            guard makingFolders || isUnderFile, folder != folder.folder else {
                return "the folder \(folder) does not exist"
            }
            names.append(contentsOf: [folder.lastComponent].compactMap { $0 })
            folder = folder.folder
        }
        guard folder.isWritable else { return "the folder \(folder) is not writable" }
        let longest = folder.withPlatformString { pathconf($0, CInt(_PC_NAME_MAX)) }
        let lengths = names.map { $0.withPlatformString { strlen($0) } }
        return longest > 0 && lengths.contains { $0 > longest } ? "\(Errno.fileNameTooLong)" : nil
    }

    /// What is at the path; nil for nothing. Throws where that cannot be told, as for a link that leads to itself.
    private var status: Stat? {
        get throws(Errno) {
            do throws(Errno) { return try stat() } catch {
                if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
                throw error
            }
        }
    }

    /// The path that a file written here gets: where symbolic links lead to, whether or not there is something.
    func followingLinks() throws(Errno) -> FilePath {
        var path = self
        // As many as Linux follows.
        for _ in 0..<40 {
            guard let target = path.linkTarget else { return path }
            path = target.inside(path.folder)
        }
        throw .tooManySymbolicLinkLevels
    }

    /// What the symbolic link at this path says; nil where there is none.
    private var linkTarget: FilePath? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = withPlatformString { readlink($0, &text, text.count - 1) }
        return count > 0 ? FilePath(platformString: text) : nil
    }

    /// Whether a file written to one path would replace what is at the other.
    ///
    /// So it is for the same path in another spelling, also where a disk takes upper and lower case for the same; of
    /// two hard links the other one stays.
    package func isSamePlace(as other: FilePath) -> Bool {
        let mine = realPath, its = other.realPath
        if mine == its { return true }
        guard let a = try? stat(), let b = try? other.stat(), a.type == .regular,
            a.inode == b.inode, a.deviceID == b.deviceID
        else { return false }
        return a.linkCount == 1 || mine.string.lowercased() == its.string.lowercased()
    }
}
