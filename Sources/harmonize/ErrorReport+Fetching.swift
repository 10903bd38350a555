internal import Fetching

extension FetchError: Reportable {
    var report: ErrorReport {
        let copy = "give the address of a copy with --url", again = "run the same command again"
        return switch self {
        case .transfer(_, let failure) where failure.kind == .unreachable:
            network(
                "check the network and https_proxy; "
                    + "or fetch the file on another machine and run 'harmonize model import'")
        case .transfer(_, let failure) where failure.kind == .untrusted:
            network("check the clock, the certificates (package ca-certificates) and https_proxy")
        case .transfer: network("\(again): what has come is kept")
        case .status(_, 404), .status(_, 410), .wrongAnswer: network(copy)
        case .status(_, 401), .status(_, 403), .status(_, 407): network("try another network, or \(copy)")
        case .status: network("\(again) later, or \(copy)")
        case .changing: network("\(again) later")
        case .notTheModel: report("if your network asks you to log in first, do so; or \(copy)")
        case .busy: network("wait for it to end")
        case .notFetched(let model): report("run 'harmonize model fetch \(model.rawValue)'", .noInput)
        case .noDataFolder: report("set XDG_DATA_HOME to a folder of yours", .cannotWrite)
        }
    }

    private func network(_ hint: String) -> ErrorReport { report(hint, .resource) }
}
