package import Files
package import NeuralNet

/// The source of a network's weights: a file, a known model or the built-in one.
package enum ModelSource {
    case builtIn
    case file(FilePath)
    case known(KnownModel)

    /// An existing file has precedence over a model of the same name.
    package init(_ name: FilePath) {
        if name.exists || !Self.isName(name.string) {
            self = .file(name)
        } else {
            self = KnownModel(rawValue: name.string).map { .known($0) } ?? .builtIn
        }
    }

    /// Whether `text` is the name of a model, which counts where no such file exists.
    package static func isName(_ text: String) -> Bool { text == "built-in" || KnownModel(rawValue: text) != nil }

    /// The path of the weights file, which may not exist; nil for the built-in model, and where there is no data
    /// folder.
    package var file: FilePath? {
        switch self {
        case .builtIn: nil
        case .file(let path): path
        case .known(let model): try? ModelStore().path(of: model)
        }
    }

    /// Reads the weights.
    ///
    /// - Throws: `WeightsError` for a file, ``FetchError/notFetched(_:)`` for a known model that has not been fetched.
    package func weights() throws -> Weights {
        switch self {
        case .builtIn: return .builtIn
        case .file(let path): return try Weights.read(path)
        case .known(let model):
            do {
                return try Weights.read(try ModelStore().path(of: model))
            } catch WeightsError.file(.missing) {
                throw FetchError.notFetched(model)
            }
        }
    }
}

extension ModelSource: CustomStringConvertible {
    /// `built-in` or the path of the file.
    package var description: String {
        switch self {
        case .builtIn: "built-in"
        case .file(let path): "\(path)"
        case .known(let model): file.map { "\($0)" } ?? model.rawValue
        }
    }
}
