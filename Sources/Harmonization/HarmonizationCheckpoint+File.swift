public import Files
internal import Foundation
internal import Imaging
package import NeuralNet
internal import Optimization
internal import Tensors

/// A checkpoint's file is a safetensors file. Its tensors are
///
///     first, second   H×W×3   the pictures of pass 1 and of pass 2, where there are any
///     x               n×3     the optimised variables of the pass at work, past its first evaluation
///     best            n×3     those that gave the least loss so far, if any was finite
///     memory.0 …      n×3     what the optimizer has learned: for L-BFGS the gradient at x, and s and y of its pairs, oldest
///                             first
///
/// and its metadata is `format` (`harmonize checkpoint`), `version` (2), `state`, which is the rest in JSON, and
/// `checksum`: FNV-1a over the bytes of `state` and then the words of the tensors, in hexadecimal digits.
extension HarmonizationCheckpoint {
    private static let format = "harmonize checkpoint", version = "2"

    /// All that is not pixels.
    fileprivate struct State: Codable {
        let subject: Subject
        let index: Int
        /// The tensors' shapes.
        let shapes: [String: [Int]]
        let records: [PassRecord]
        let tapScale: [VGG16.Tap: Float]
        let seconds: Double
        let pass: Pass?

        /// The pass at work, past its first evaluation.
        struct Pass: Codable {
            let spent: Int
            /// The value at `best`.
            let best: Double?
            /// The numbers that the optimizer remembers, and how many vectors.
            let numbers: [Double]
            let vectors: Int
            let evaluations: [LossRecord]
        }
    }

    /// Writes the checkpoint at `path`, in place of what is there: whole, or not at all.
    ///
    /// Throws ``CheckpointError/file(_:)``.
    public func write(to path: FilePath) throws(CheckpointError) {
        let (tensors, metadata) = contents
        try SafeTensors.withParts(tensors, metadata: metadata) { parts in
            Result { () throws(FileError) in try AtomicFile.write(parts: parts, to: path) }
        }.mapError(CheckpointError.file).get()
    }

    /// Reads the checkpoint at `path`.
    ///
    /// Throws ``CheckpointError``.
    public init(reading path: FilePath) throws(CheckpointError) {
        let file: SafeTensors
        do throws(WeightsError) {
            // The state has a record of every evaluation.
            file = try SafeTensors(reading: path, headerLimit: SafeTensors.largestHeader)
        } catch {
            switch error {
            case .file(let error): throw .file(error)
            // Less than a header tells nothing.
            case .truncated(_, _, let actual) where actual > SafeTensors.lengthSize: throw .damaged(path: path)
            default: throw .unknownFormat(path: path)
            }
        }
        try self.init(decoding: file, path: path)
    }

    /// The bytes of a file.
    package func encoded() -> [UInt8] {
        let (tensors, metadata) = contents
        return SafeTensors.encoded(tensors, metadata: metadata)
    }

    /// What a file holds.
    private var contents: (tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) {
        var tensors = [("first", repainting.first), ("second", repainting.second)].compactMap { name, picture in
            picture.map { (name: name, tensor: Tensor($0)) }
        }
        if let minimization = pass?.minimization {
            tensors.append(("x", minimization.x))
            if let best = minimization.best { tensors.append(("best", best.x)) }
            for (i, vector) in minimization.optimizer.memory.vectors.enumerated() {
                tensors.append(("memory.\(i)", vector))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.shape) })
        guard let json = try? encoder.encode(state(shapes)) else { preconditionFailure("a state is always JSON") }
        let checksum = tensors.reduce(Checksum.fnv1a(json)) { hash, entry in
            entry.tensor.read {
                Checksum.fnv1a(words: UnsafeRawBufferPointer(start: $0, count: 4 * entry.tensor.count), after: hash)
            }
        }
        return (
            tensors,
            [
                "format": Self.format, "version": Self.version, "state": String(decoding: json, as: UTF8.self),
                "checksum": String(checksum, radix: 16),
            ]
        )
    }

    private func state(_ shapes: [String: [Int]]) -> State {
        State(
            subject: subject, index: repainting.index, shapes: shapes, records: repainting.records,
            tapScale: repainting.tapScale, seconds: seconds,
            pass: pass.map {
                let memory = $0.minimization.optimizer.memory
                return State.Pass(
                    spent: $0.minimization.spent, best: $0.minimization.best?.value, numbers: memory.numbers,
                    vectors: memory.vectors.count, evaluations: $0.evaluations)
            })
    }

    /// Takes the contents of a file; `path` is for errors to name.
    package init(decoding file: SafeTensors, path: FilePath) throws(CheckpointError) {
        let metadata = file.metadata
        guard metadata["format"] == Self.format, let version = metadata["version"] else {
            throw .unknownFormat(path: path)
        }
        guard version == Self.version else { throw .unsupportedVersion(path: path, version: version) }
        let json = Data((metadata["state"] ?? "").utf8)
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let checksum = metadata["checksum"].flatMap({ UInt64($0, radix: 16) }),
            file.checksum(after: Checksum.fnv1a(json)) == checksum,
            let state = try? decoder.decode(State.self, from: json),
            file.names.allSatisfy({ file.shape(of: $0) == state.shapes[$0] }), file.names.count == state.shapes.count
        else { throw .damaged(path: path) }
        do throws(WeightsError) {
            self.init(
                state.subject,
                Repainting(
                    at: state.index, first: try file.picture("first"), second: try file.picture("second"),
                    records: state.records, tapScale: state.tapScale),
                try state.pass.map { (pass) throws(WeightsError) in
                    Pass.State(
                        try file.minimization(pass, by: state.subject.settings.optimizer.optimizer), pass.evaluations)
                },
                seconds: state.seconds)
        } catch {
            throw .damaged(path: path)
        }
    }
}

extension SafeTensors {
    /// The picture of that name; nil where there is none.
    fileprivate func picture(_ name: String) throws(WeightsError) -> Image? {
        guard names.contains(name) else { return nil }
        let picture = try tensor(name)
        guard picture.shape.count == 3, picture.shape[2] == 3 else {
            throw .shape(path: path, layer: name, expected: [0, 0, 3], actual: picture.shape)
        }
        return Image(picture)
    }

    fileprivate func minimization(
        _ pass: HarmonizationCheckpoint.State.Pass, by optimizer: any Optimizer
    ) throws(WeightsError) -> Minimization {
        let x = try tensor("x")
        var memory = OptimizerMemory(numbers: pass.numbers)
        // What does not fit the work is found out later; what does not fit itself cannot be taken up.
        for i in 0..<max(0, min(pass.vectors, names.count)) { memory.vectors.append(try tensor("memory.\(i)")) }
        guard memory.vectors.allSatisfy({ $0.shape == x.shape }), let optimizer = optimizer.remembering(memory) else {
            throw .malformed(path: path, reason: "no optimizer remembers that")
        }
        let best: Minimization.Best?
        if let value = pass.best { best = .init(x: try tensor("best"), value: value) } else { best = nil }
        return Minimization(from: x, by: optimizer, best: best, spent: pass.spent)
    }
}
