internal import ArgumentParser
internal import Fetching
internal import Files
internal import Foundation
internal import NeuralNet

extension Model {
    /// `harmonize model list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the models that have names, and where those are that were fetched.")

        func run() throws {
            let store = try ModelStore()
            try row("built-in", size: Weights.builtIn.encoded().count, "part of this program")
            for model in KnownModel.allCases {
                let path = store.path(of: model)
                if let status = try? path.stat() {
                    try row(model.rawValue, size: Int(status.size), "\(path)")
                } else {
                    try row(model.rawValue, size: nil, "not there; run 'harmonize model fetch \(model.rawValue)'")
                }
            }
        }

        private func row(_ name: String, size: Int?, _ text: String) throws {
            let size = size.map { FetchDisplay.megabytes($0) } ?? "-"
            let gap = String(repeating: " ", count: max(0, 8 - size.count))
            try StandardOutput.write(
                line: "\(name.padding(toLength: 10, withPad: " ", startingAt: 0))\(gap)\(size)  \(text)")
        }
    }
}
