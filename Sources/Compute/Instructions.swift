internal import CKernels

/// The instruction sets that kernels are compiled for, in ascending order.
///
/// All of them give the same bits: sums have one order, and a multiply-add is rounded once, for which the baseline of
/// x86-64, without an instruction for it, takes some ten times as long.
package enum Instructions: Int32, CaseIterable, Sendable {
    case baseline, avx2, avx512

    /// The highest set that work on tensors uses; all of them unless bound. A kernel takes the highest up to it that
    /// the processor has.
    @TaskLocal package static var most = avx512

    /// Whether the processor has this set.
    package var isAvailable: Bool { ckernels_level_within(rawValue) == rawValue }

    /// The sets that the processor has.
    package static let available = allCases.filter(\.isAvailable)
}
