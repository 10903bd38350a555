public import Files
internal import Foundation
internal import Imaging
package import NeuralNet
internal import Optimization
internal import Tensors

/// A checkpoint is stored as a safetensors file. Its tensors are
///
///     stage1, stage2  H×W×3   the results of pass 1 and pass 2, if any
///     x               n×3     the variables of the current pass, once it has made its first step
///     best            n×3     the variables with the least loss so far, if any loss was finite
///     memory.0 …      n×3     the optimizer's state: for L-BFGS the gradient at x, then s and y of each pair, oldest
///                             first
///
/// and its metadata are `format` (`harmonize checkpoint`), `version` (``fileVersion``), `state` (all else, as JSON) and
/// `checksum`: FNV-1a over the bytes of `state`, then over the words of the tensors, in hexadecimal.
extension HarmonizationCheckpoint {
    private static let format = "harmonize checkpoint"
    /// The version that is written, and the only one that is read.
    public static let fileVersion = "4"

    /// All of a checkpoint but its tensors, encoded as JSON.
    fileprivate struct Header: Codable {
        let subject: Subject
        let sizeIndex: Int
        /// The tensors' shapes.
        let shapes: [String: [Int]]
        let records: [PassRecord]
        let tapScale: [VGG16.Tap: Float]
        let seconds: Double
        let pass: Minimization?

        /// The minimisation of the current pass.
        struct Minimization: Codable {
            let spent: Int
            /// The loss at `best`.
            let best: Double?
            /// The scalars of the optimizer's state, and the number of its vectors.
            let numbers: [Double]
            let vectors: Int
            let evaluations: [LossRecord]
        }
    }

    /// Writes the checkpoint to `path` by an atomic write, replacing an existing file.
    ///
    /// Throws ``CheckpointError/file(_:)``.
    public func write(to path: FilePath) throws(CheckpointError) {
        let (tensors, metadata) = contents
        try SafeTensors.withParts(tensors, metadata: metadata) { parts in
            Result { () throws(FileError) in try AtomicFile.write(parts: parts, to: path) }
        }.mapError(CheckpointError.file).get()
    }

    /// Reads and validates the checkpoint at `path`.
    ///
    /// Throws ``CheckpointError``.
    public init(reading path: FilePath) throws(CheckpointError) {
        let file: SafeTensors
        do throws(WeightsError) {
            // The header grows with the number of evaluations, each of which has a record.
            file = try SafeTensors(reading: path, headerLimit: SafeTensors.largestHeader)
        } catch {
            switch error {
            case .file(let error): throw .file(error)
            // A file of no more than the length field may be of any format.
            case .truncated(_, _, let actual) where actual > SafeTensors.lengthSize: throw .damaged(path: path)
            default: throw .unknownFormat(path: path)
            }
        }
        try self.init(decoding: file, path: path)
    }

    /// The checkpoint as the bytes of a file.
    package func encoded() -> [UInt8] {
        let (tensors, metadata) = contents
        return SafeTensors.encoded(tensors, metadata: metadata)
    }

    /// The tensors and the metadata of the file.
    private var contents: (tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) {
        var tensors = [("stage1", state.stage1), ("stage2", state.stage2)].compactMap { name, picture in
            picture.map { (name: name, tensor: Tensor($0)) }
        }
        if let minimization = state.pass?.minimization {
            tensors.append(("x", minimization.x))
            if let best = minimization.best { tensors.append(("best", best.x)) }
            for (i, vector) in minimization.optimizer.state.vectors.enumerated() {
                tensors.append(("memory.\(i)", vector))
            }
        }
        let encoder = NonFiniteJSON.encoder(.sortedKeys)
        let shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.shape) })
        guard let json = try? encoder.encode(header(shapes)) else { preconditionFailure("a state is always JSON") }
        let checksum = tensors.reduce(Checksum.fnv1a(json)) { hash, entry in
            entry.tensor.read {
                Checksum.fnv1a(words: UnsafeRawBufferPointer(start: $0, count: 4 * entry.tensor.count), after: hash)
            }
        }
        return (
            tensors,
            [
                "format": Self.format, "version": Self.fileVersion, "state": String(decoding: json, as: UTF8.self),
                "checksum": String(checksum, radix: 16),
            ]
        )
    }

    private func header(_ shapes: [String: [Int]]) -> Header {
        Header(
            subject: subject, sizeIndex: state.sizeIndex, shapes: shapes, records: state.records,
            tapScale: state.tapScale, seconds: state.seconds,
            pass: state.pass.map {
                let memory = $0.minimization.optimizer.state
                return Header.Minimization(
                    spent: $0.minimization.spent, best: $0.minimization.best?.value, numbers: memory.numbers,
                    vectors: memory.vectors.count, evaluations: $0.evaluations)
            })
    }

    /// Decodes the contents of a file; `path` is used in errors only.
    package init(decoding file: SafeTensors, path: FilePath) throws(CheckpointError) {
        let metadata = file.metadata
        guard metadata["format"] == Self.format, let version = metadata["version"] else {
            throw .unknownFormat(path: path)
        }
        guard version == Self.fileVersion else { throw .unsupportedVersion(path: path, version: version) }
        let json = Data((metadata["state"] ?? "").utf8)
        let decoder = NonFiniteJSON.decoder
        guard let checksum = metadata["checksum"].flatMap({ UInt64($0, radix: 16) }),
            file.checksum(after: Checksum.fnv1a(json)) == checksum,
            let header = try? decoder.decode(Header.self, from: json),
            file.names.allSatisfy({ file.shape(of: $0) == header.shapes[$0] }), file.names.count == header.shapes.count
        else { throw .damaged(path: path) }
        do throws(WeightsError) {
            self.init(
                header.subject,
                RunState(
                    sizeIndex: header.sizeIndex, stage1: try file.picture("stage1"),
                    stage2: try file.picture("stage2"), records: header.records, tapScale: header.tapScale,
                    pass: try header.pass.map { (pass) throws(WeightsError) in
                        PassState(
                            minimization: try file.minimization(
                                pass, by: header.subject.settings.optimizer.optimizer),
                            evaluations: pass.evaluations)
                    }, seconds: header.seconds))
        } catch {
            throw .damaged(path: path)
        }
    }
}

extension SafeTensors {
    /// The H×W×3 tensor `name` as a picture; nil if absent.
    fileprivate func picture(_ name: String) throws(WeightsError) -> Image? {
        guard names.contains(name) else { return nil }
        let picture = try tensor(name)
        guard picture.shape.count == 3, picture.shape[2] == 3 else {
            throw .shape(path: path, layer: name, expected: [0, 0, 3], actual: picture.shape)
        }
        return Image(picture)
    }

    fileprivate func minimization(
        _ pass: HarmonizationCheckpoint.Header.Minimization, by optimizer: any Optimizer
    ) throws(WeightsError) -> Minimization {
        let x = try tensor("x")
        var memory = OptimizerState(numbers: pass.numbers)
        // Here the vectors have to match x; whether they match the schedule is checked before the run.
        for i in 0..<max(0, min(pass.vectors, names.count)) { memory.vectors.append(try tensor("memory.\(i)")) }
        guard memory.vectors.allSatisfy({ $0.shape == x.shape }), let optimizer = optimizer.restored(from: memory)
        else {
            throw .malformed(path: path, reason: "no optimizer remembers that")
        }
        let best: Minimization.Best?
        if let value = pass.best { best = .init(x: try tensor("best"), value: value) } else { best = nil }
        return Minimization(from: x, by: optimizer, best: best, spent: pass.spent)
    }
}
