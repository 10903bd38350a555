/// The instructions that kernels may use, where the processor has them.
package enum Instructions: Int32, CaseIterable, Sendable {
    case baseline, avx2, avx512

    /// Those that work on tensors uses; all of them unless bound.
    ///
    /// All of them give the same bits: sums have one order, and a multiply-add is rounded once, for which the baseline of
    /// x86-64, without an instruction for it, takes some ten times as long.
    @TaskLocal package static var most = avx512
}
