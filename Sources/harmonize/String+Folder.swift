extension String {
    /// The folder that a path lies in: `.` for a bare name, `/` for one in the root.
    ///
    /// Not `deletingLastPathComponent`, which traps on names of one character.
    var folder: String {
        lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "."
    }
}
