internal import Harmonization

extension ErrorReport {
    static func report(_ error: CheckpointError) -> Self {
        switch error {
        case .file(let error): report(error, hint: "give a checkpoint that you may read")
        case .unknownFormat(let path):
            Self(
                "\(path) is no checkpoint",
                hint: "give --checkpoint the name of a file that is not there yet, or a checkpoint's", Code.data)
        case .unsupportedVersion(let path, let version):
            Self(
                "\(path) is a checkpoint of version \(version), and 1 is what is read",
                hint: "go on with the harmonize that wrote it, or delete it to begin anew", Code.data)
        case .damaged(let path):
            Self("\(path) is a damaged checkpoint", hint: "delete it, to begin anew", Code.data)
        }
    }
}
