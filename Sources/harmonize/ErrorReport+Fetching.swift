internal import Fetching

extension FetchError: Reportable {
    var report: ErrorReport {
        let copy = "give the address of a copy with --url", again = "run the same command again"
        return switch self {
        case .transfer(_, let failure) where failure.kind == .unreachable:
            resource(
                "check the network and https_proxy; "
                    + "or fetch the file on another machine and run 'harmonize model import'")
        case .transfer(_, let failure) where failure.kind == .untrusted:
            resource("check the clock, the certificates (package ca-certificates) and https_proxy")
        case .transfer: resource("\(again): what has come is kept")
        case .status(_, 404), .status(_, 410), .wrongAnswer: resource(copy)
        case .status(_, 401), .status(_, 403), .status(_, 407): resource("try another network, or \(copy)")
        case .status: resource("\(again) later, or \(copy)")
        case .changing: resource("\(again) later")
        case .notTheModel:
            ErrorReport(self, hint: "if your network asks you to log in first, do so; or \(copy)", .data)
        case .busy: resource("wait for it to end")
        case .notFetched(let model):
            ErrorReport(self, hint: "run 'harmonize model fetch \(model.rawValue)'", .noInput)
        case .cannotWrite: .cannotWrite(self)
        case .noDataFolder: ErrorReport(self, hint: "set XDG_DATA_HOME to a folder of yours", .cannotWrite)
        }
    }

    private func resource(_ hint: String) -> ErrorReport { ErrorReport(self, hint: hint, .resource) }
}
