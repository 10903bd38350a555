/// The instructions that kernels may use, where the processor has them.
package enum Instructions: Int32, CaseIterable, Sendable {
    case baseline, avx2, avx512

    /// Those that work on tensors uses; all of them unless bound.
    ///
    /// AVX2 and AVX-512 give the same bits: sums have one order, and a multiply-add is rounded once. The baseline of x86-64
    /// has no fused multiply-add, and rounds twice.
    @TaskLocal package static var most = avx512
}
