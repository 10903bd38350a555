internal import Files
internal import NeuralNet

/// What `--model` and `harmonize model info` name: a file, a known model, or the one that is built in.
enum ModelSource {
    case builtIn
    case file(FilePath)
    case known(KnownModel)

    /// A file of that name comes first; a bare known name means the weights in the data folder.
    init(_ name: FilePath) {
        if name.exists || !Self.isName(name.string) {
            self = .file(name)
        } else {
            self = KnownModel(rawValue: name.string).map { .known($0) } ?? .builtIn
        }
    }

    /// Whether this names a model where there is no file of the name.
    static func isName(_ text: String) -> Bool { text == "built-in" || KnownModel(rawValue: text) != nil }

    /// The file of the weights, whether or not it is there; nil for the built-in model, and where there is no data folder.
    var file: FilePath? {
        switch self {
        case .builtIn: nil
        case .file(let path): path
        case .known(let model): try? ModelStore().path(of: model)
        }
    }

    /// The weights.
    ///
    /// - Throws: `WeightsError` for a file, ``FetchError/notFetched(_:)`` for a known model that is not there.
    func weights() throws -> Weights {
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
    var description: String {
        switch self {
        case .builtIn: "built-in"
        case .file(let path): "\(path)"
        case .known(let model): file.map { "\($0)" } ?? model.rawValue
        }
    }
}
