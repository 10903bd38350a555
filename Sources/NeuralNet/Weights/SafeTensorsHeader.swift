internal import Files
internal import Foundation

/// The JSON header of a safetensors file.
struct SafeTensorsHeader {
    struct Tensor: Sendable {
        let type: String
        let shape: [Int]
        /// The tensor's byte range, relative to the end of the header.
        let range: Range<Int>
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var tensors: [String: Tensor] = [:]

    /// The header of a file with these entries.
    init(metadata: [String: String], tensors: [String: Tensor]) { (self.metadata, self.tensors) = (metadata, tensors) }

    /// Decodes the header, or throws `malformed`.
    init(json: Data, path: FilePath) throws(WeightsError) {
        do {
            self = try JSONDecoder().decode(SafeTensorsHeader.self, from: json)
        } catch DecodingError.dataCorrupted(let context), DecodingError.keyNotFound(_, let context),
            DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
        {
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            let what = place.isEmpty ? "the header" : "the header's entry \(place)"
            throw .malformed(path: path, reason: "\(what): \(context.debugDescription)")
        } catch {
            throw .malformed(path: path, reason: "the header is not JSON")
        }
    }

    /// Throws unless the tensors cover the `dataSize` bytes of data without overlap or gap and have the sizes of their
    /// shapes.
    ///
    /// - Parameter dataStart: The offset of the data; sizes in `truncated` are those of whole files.
    func check(dataSize: Int, dataStart: Int, path: FilePath) throws(WeightsError) {
        let sorted = tensors.sorted { ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key) }
        var end = 0
        for (name, tensor) in sorted where !tensor.range.isEmpty {
            guard tensor.range.lowerBound == end else {
                let reason = "the data of \(name) begins at byte \(tensor.range.lowerBound) instead of \(end)"
                throw .malformed(path: path, reason: reason)
            }
            end = tensor.range.upperBound
        }
        guard end <= dataSize else {
            let (expected, overflow) = dataStart.addingReportingOverflow(end)
            throw .truncated(path: path, expected: overflow ? .max : expected, actual: dataStart + dataSize)
        }
        guard end == dataSize else {
            throw .malformed(path: path, reason: "\(dataSize - end) bytes behind the last tensor")
        }
        for (name, tensor) in sorted where !tensor.hasSizeOfShape {
            let reason = "\(name) has \(tensor.range.count) bytes for \(tensor.type) of shape \(tensor.shape)"
            throw .malformed(path: path, reason: reason)
        }
    }
}

extension SafeTensorsHeader: Codable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for name in container.allKeys {
            if name.stringValue == "__metadata__" {
                metadata = try container.decode([String: String].self, forKey: name)
            } else {
                tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for (name, tensor) in tensors { try container.encode(tensor, forKey: Name(stringValue: name)) }
        try container.encode(metadata, forKey: Name(stringValue: "__metadata__"))
    }
}

extension SafeTensorsHeader.Tensor: Codable {
    private enum CodingKeys: String, CodingKey {
        case type = "dtype"
        case shape
        case range = "data_offsets"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decode(String.self, forKey: .type)
        shape = try container.decode([Int].self, forKey: .shape)
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .shape, in: container, debugDescription: "a negative dimension")
        }
        let offsets = try container.decode([Int].self, forKey: .range)
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
            throw DecodingError.dataCorruptedError(
                forKey: .range, in: container, debugDescription: "not a beginning and an end")
        }
        range = offsets[0]..<offsets[1]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(shape, forKey: .shape)
        try container.encode([range.lowerBound, range.upperBound], forKey: .range)
    }

    private static let elementSizes = [
        "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2, "I8": 1,
        "U8": 1, "BOOL": 1,
    ]

    /// Whether the range has the size of the shape; true for unknown types.
    fileprivate var hasSizeOfShape: Bool {
        guard var size = Self.elementSizes[type] else { return true }
        if shape.contains(0) { return range.isEmpty }
        for dimension in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            if overflow { return false }
            size = product
        }
        return size == range.count
    }
}
