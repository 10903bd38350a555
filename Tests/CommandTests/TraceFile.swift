import Foundation

/// The JSON that `--trace` writes, by the keys that it promises.
struct TraceFile: Decodable {
    struct Settings: Decodable {
        let painting, object: String
        let mask, looseMask: String?
        let at: [Int]?
        let scale: Double
        let iterations: [Int]
        let styleLevel, matchColors, detail: Double
        let styleRegion: [Int]?
        let keepColors, faithful: Bool
        let optimizer, histogramRange: String
    }

    struct Model: Decodable {
        let source, pooling: String
        let channels: [String: Int]
    }

    struct Pass: Decodable {
        let pass, reduction: Int
        let weights: Weights
        let seconds: Double
        let ended: String
        let evaluations: [Evaluation]
    }

    struct Weights: Decodable {
        let content, style, histogram, tv, matched: Double
    }

    struct Evaluation: Decodable {
        let total, content, tv: Double
        let style, histogram, matched: [String: Double]

        /// Every number of the record.
        var values: [Double] { [total, content, tv] + style.values + histogram.values + matched.values }
    }

    let settings: Settings
    let model: Model
    let tapScale: [String: Double]
    let passes: [Pass]

    init(_ path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// What the oracle computes at the start of each pass; see Fixtures/generate.py.
struct OracleTrace: Decodable {
    let scale: [String: Double]
    let pass1, pass2: [String: Double]
    let weights2: [String: Double]

    init(_ name: String) throws {
        let url = URL(fileURLWithPath: Fixture.path("trace-\(name).json"))
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}
