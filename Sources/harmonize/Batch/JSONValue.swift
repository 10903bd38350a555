/// Any JSON value.
enum JSONValue: Codable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The maximum nesting depth: decoding time grows quickly with it, and the files read here need less.
    private static let deepest = 16

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= Self.deepest else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "too many arrays or objects lie in each other"))
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .array(try container.decode([JSONValue].self))
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value as an option's argument, an array joined by commas; nil for values that no option takes.
    var argument: String? {
        switch self {
        case .null, .object: return nil
        case .bool(let value): return value.description
        case .integer(let value): return value.description
        case .number(let value): return value.description
        case .string(let value): return value
        case .array(let values):
            let parts = values.map { value -> String? in
                switch value {
                case .integer, .number, .string: value.argument
                case .null, .bool, .array, .object: nil
                }
            }
            return parts.contains(nil) ? nil : parts.compactMap(\.self).joined(separator: ",")
        }
    }
}
