// The vector operations of one instruction set.
//
// Needs: NAME, TARGET, LANES, FUSED and MR as foreach_target.h defines them, and PANEL.
// Gives: VF, VD and VI, vectors of LANES floats, doubles and 32-bit integers (masks of comparisons: 0 or −1); INLINE,
// for functions that are inlined into others of the set; and the functions below.
//
// Results are the same to the bit in every set: sums have one order, and NAME(fma) is rounded once.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t NAME(integers) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef double NAME(doubles) __attribute__((vector_size(8 * LANES), aligned(8)));
typedef _Bool NAME(flags) __attribute__((ext_vector_type(LANES)));
#define VF NAME(vector)
#define VI NAME(integers)
#define VD NAME(doubles)
#define INLINE static inline __attribute__((always_inline)) TARGET

/// a·b + c, rounded once: emulated where the set has no FMA.  `middle` flags possible double rounding, lane by lane.
///
/// The emulation adds in double: the product is exact, and the sum rounds to the right float unless its own rounding
/// put it halfway between two floats.  (Sums below the least normal float may be off by their last bit.)
INLINE VF NAME(quick_fma)(VF a, VF b, VF c, VI *middle) {
#if FUSED
    (void)middle;
    return __builtin_elementwise_fma(a, b, c);
#else
    typedef int32_t words __attribute__((vector_size(8 * LANES)));
    VD sum = __builtin_convertvector(a, VD) * __builtin_convertvector(b, VD) + __builtin_convertvector(c, VD);
    // The 29 bits that a float lacks.
    VI low = __builtin_shufflevector((words)sum, (words)sum, 0, 2, 4, 6);
    *middle |= (low & 0x1FFFFFFF) == 0x10000000;
    return __builtin_convertvector(sum, VF);
#endif
}

/// a·b + c, rounded once; the C library computes the lanes in doubt.
INLINE VF NAME(fma)(VF a, VF b, VF c) {
    VI middle = {0};
    VF sum = NAME(quick_fma)(a, b, c, &middle);
    if (__builtin_expect(__builtin_reduce_or(middle) != 0, 0))
        for (int k = 0; k < LANES; k++) sum[k] = fmaf(a[k], b[k], c[k]);
    return sum;
}

/// a·b + c where a is a power of two: the product is exact, so one rounding and two give the same.
INLINE VF NAME(scaled_sum)(float a, VF b, VF c) {
#if FUSED
    return __builtin_elementwise_fma(a - (VF){0}, b, c);
#else
    return a * b + c;
#endif
}

/// The vector at p, 0 in lanes whose bit is not set; lane 0 has bit `channel` of `bits`.
INLINE VF NAME(masked)(const float *p, const uint8_t *bits, size_t channel) {
#if LANES == 16
    uint16_t word;
    memcpy(&word, bits + channel / 8, sizeof word);
#elif LANES == 8
    uint8_t word = bits[channel / 8];
#else
    uint8_t word = bits[channel / 8] >> (channel & 4);
#endif
    NAME(flags) flags;
    memcpy(&flags, &word, sizeof flags);
    return (VF)(*(const VI *)p & -__builtin_convertvector(flags, VI));
}

/// Stores one bit per lane, 1 where `set` is not 0, from bit `channel` of `bits` on; in ascending order of `channel`.
INLINE void NAME(store_bits)(VI set, uint8_t *bits, size_t channel) {
    NAME(flags) flags = __builtin_convertvector(set, NAME(flags));
#if LANES == 16
    uint16_t word;
    memcpy(&word, &flags, sizeof word);
    memcpy(bits + channel / 8, &word, sizeof word);
#elif LANES == 8
    memcpy(bits + channel / 8, &flags, 1);
#else
    uint8_t word;
    memcpy(&word, &flags, sizeof word);
    word &= 15;
    if (channel & 4) bits[channel / 8] |= (uint8_t)(word << 4);
    else bits[channel / 8] = word;
#endif
}

/// max(v, 0), where not-a-numbers stay, and in `positive` the lanes that are kept.
INLINE VF NAME(rectified)(VF v, VI *positive) {
    *positive = ~(v <= (VF){0});
    return (VF)((VI)v & *positive);
}

/// The largest of four vectors lane by lane, the first of equals; won[k] has the lanes where it is v[k].
INLINE VF NAME(largest)(const VF *v, VI *won) {
    VF best = v[0];
    won[0] = ~(VI){0};
#pragma clang loop unroll(full)
    for (int k = 1; k < 4; k++) {
        won[k] = v[k] > best;
#pragma clang loop unroll(full)
        for (int j = 0; j < k; j++) won[j] &= ~won[k];
        best = (VF)((won[k] & (VI)v[k]) | (~won[k] & (VI)best));
    }
    return best;
}

/// sums[t] += Σ_i a(t, i)·b(i, 0 … 15) for `rows` rows, a constant where this is inlined.  b's rows are contiguous.
///
/// Where the set has no FMA, double rounding is corrected only if `careful`; otherwise, if it may have happened, this
/// gives 1 and the sums are invalid.
INLINE int NAME(add_products)(struct ckernels_matrix a, struct ckernels_matrix b, VF sums[][PANEL / LANES],
                              const int rows, const int careful) {
    enum { VECTORS = PANEL / LANES };
    VI middle = {0};
    for (size_t i = 0; i < a.columns; i++) {
        VF right[VECTORS];
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) right[k] = *(const VF *)(b.values + i * b.row_stride + k * LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < rows; t++) {
            VF left = a.values[t * a.row_stride + i * a.column_stride] - (VF){0};
#pragma clang loop unroll(full)
            for (int k = 0; k < VECTORS; k++)
                sums[t][k] = careful ? NAME(fma)(left, right[k], sums[t][k])
                                     : NAME(quick_fma)(left, right[k], sums[t][k], &middle);
        }
    }
    return __builtin_reduce_or(middle) != 0;
}

/// The initial sums: 0, or the first `columns` of 16 values in each row of `out`, if it accumulates.
INLINE void NAME(begin)(VF sums[][PANEL / LANES], struct ckernels_destination out, size_t columns, const int rows) {
    float line[PANEL] = {0};
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        const float *from = out.values + t * out.row_stride;
        if (out.accumulate && columns < PANEL) {
            memcpy(line, from, columns * sizeof *line);
            from = line;
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < PANEL / LANES; k++)
            sums[t][k] = out.accumulate ? *(const VF *)(from + k * LANES) : (VF){0};
    }
}

/// The product of the first `rows` rows of a, a constant where this is inlined, and up to 16 columns b, of which 16 are
/// read. b's rows are contiguous.
INLINE void NAME(tile)(struct ckernels_matrix a, struct ckernels_matrix b, struct ckernels_destination out,
                       const int rows) {
    enum { VECTORS = PANEL / LANES };
    VF sums[MR > 4 ? MR : 4][VECTORS];
    float line[PANEL];
    NAME(begin)(sums, out, b.columns, rows);
    if (NAME(add_products)(a, b, sums, rows, 0)) {
        NAME(begin)(sums, out, b.columns, rows);
        NAME(add_products)(a, b, sums, rows, 1);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        float *row = out.values + t * out.row_stride, *to = b.columns < PANEL ? line : row;
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) *(VF *)(to + k * LANES) = out.factor * sums[t][k];
        if (b.columns < PANEL) memcpy(row, line, b.columns * sizeof *line);
    }
}
