// What the bodies of convolution.c share for one instruction set: included once for each, with
//   NAME(x)  the name of a function in this set      TARGET  the attribute that selects it
//   LANES    floats in a vector                      MR      rows that a product keeps in registers
//   FUSED    whether it has fused multiply-adds
//
// Results are the same to the bit in every set: sums have one order, and NAME(fma) is rounded once.  So nothing else may be
// fused: FP_CONTRACT is off where this is included.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t NAME(mask) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef _Bool NAME(flags) __attribute__((ext_vector_type(LANES)));
#define VF NAME(vector)
#define INLINE static inline __attribute__((always_inline)) TARGET

/// a·b + c, rounded once; without an instruction for it but for lanes that `middle` is made to tell of.
///
/// Then it is made of doubles: there the product is exact, and so are the sum's bits that count, unless its own rounding put
/// it into the very middle of two floats.  (Sums below the least normal float may be off by their last bit.)
INLINE VF NAME(quick_fma)(VF a, VF b, VF c, NAME(mask) *middle) {
#if FUSED
    (void)middle;
    return __builtin_elementwise_fma(a, b, c);
#else
    typedef double wide __attribute__((vector_size(8 * LANES)));
    typedef int32_t words __attribute__((vector_size(8 * LANES)));
    wide sum = __builtin_convertvector(a, wide) * __builtin_convertvector(b, wide) + __builtin_convertvector(c, wide);
    // The 29 bits that a float lacks.
    NAME(mask) low = __builtin_shufflevector((words)sum, (words)sum, 0, 2, 4, 6);
    *middle |= (low & 0x1FFFFFFF) == 0x10000000;
    return __builtin_convertvector(sum, VF);
#endif
}

/// a·b + c, rounded once: what is difficult, the C library does, slowly.
INLINE VF NAME(fma)(VF a, VF b, VF c) {
    NAME(mask) middle = {0};
    VF sum = NAME(quick_fma)(a, b, c, &middle);
    if (__builtin_expect(__builtin_reduce_or(middle) != 0, 0))
        for (int k = 0; k < LANES; k++) sum[k] = fmaf(a[k], b[k], c[k]);
    return sum;
}

/// a·b + c for an a that is a power of two: the product is exact, so it does not matter how often this is rounded.
INLINE VF NAME(scaled_sum)(float a, VF b, VF c) {
#if FUSED
    return __builtin_elementwise_fma(a - (VF){0}, b, c);
#else
    return a * b + c;
#endif
}

/// The vector at p with 0 in every lane whose bit is not set; bits of lane 0 … from bit `channel` of `bits` on.
INLINE VF NAME(passed)(const float *p, const uint8_t *bits, size_t channel) {
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
    return (VF)(*(const NAME(mask) *)p & -__builtin_convertvector(flags, NAME(mask)));
}

/// Stores a bit a lane where `set` is not 0; the counterpart of the above.
INLINE void NAME(store_bits)(NAME(mask) set, uint8_t *bits, size_t channel) {
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

/// max(v, 0), which keeps not-a-numbers, and where it is v.
INLINE VF NAME(rectified)(VF v, NAME(mask) *positive) {
    *positive = ~(v <= (VF){0});
    return (VF)((NAME(mask))v & *positive);
}

/// The largest of four, the first of equals, and in `won` which one it is.
INLINE VF NAME(largest)(const VF *v, NAME(mask) *won) {
    VF best = v[0];
    won[0] = ~(NAME(mask)){0};
#pragma clang loop unroll(full)
    for (int k = 1; k < 4; k++) {
        won[k] = v[k] > best;
#pragma clang loop unroll(full)
        for (int j = 0; j < k; j++) won[j] &= ~won[k];
        best = (VF)((won[k] & (NAME(mask))v[k]) | (~won[k] & (NAME(mask))best));
    }
    return best;
}

/// sums[t] += Σ_i a[t·a_row + i·a_inner]·b[i·b_stride + 0 … 15] for `rows` rows, a constant where this is inlined.  Without
/// fused multiply-adds the rounding of each is looked after only if `careful`: where that was needed and it was not, this
/// gives 1, and the sums are of no use.
INLINE int NAME(add_products)(const float *a, size_t a_row, size_t a_inner, size_t inner, const float *b, size_t b_stride,
                              VF sums[][PANEL / LANES], const int rows, const int careful) {
    enum { VECTORS = PANEL / LANES };
    NAME(mask) middle = {0};
    for (size_t i = 0; i < inner; i++) {
        VF right[VECTORS];
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) right[k] = *(const VF *)(b + i * b_stride + k * LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < rows; t++) {
            VF left = a[t * a_row + i * a_inner] - (VF){0};
#pragma clang loop unroll(full)
            for (int k = 0; k < VECTORS; k++)
                sums[t][k] = careful ? NAME(fma)(left, right[k], sums[t][k])
                                     : NAME(quick_fma)(left, right[k], sums[t][k], &middle);
        }
    }
    return __builtin_reduce_or(middle) != 0;
}

/// Where sums begin: at 0, or at the first `columns` of 16 in each row of `out`, if they are to `accumulate`.
INLINE void NAME(begin)(VF sums[][PANEL / LANES], const float *out, size_t out_stride, size_t columns, int accumulate,
                        const int rows) {
    float line[PANEL] = {0};
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        const float *from = out + t * out_stride;
        if (accumulate && columns < PANEL) {
            memcpy(line, from, columns * sizeof *line);
            from = line;
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < PANEL / LANES; k++) sums[t][k] = accumulate ? *(const VF *)(from + k * LANES) : (VF){0};
    }
}

/// out[t][k] = factor·(Σ_i a[t·a_row + i·a_inner]·b[i·b_stride + k]) for `rows` rows, a constant where this is inlined, and
/// the first `columns` of the 16 that are computed; what is in `out` is where the sum begins, if `accumulate`.
INLINE void NAME(tile)(const float *a, size_t a_row, size_t a_inner, size_t inner, const float *b, size_t b_stride,
                       float *out, size_t out_stride, size_t columns, float factor, int accumulate, const int rows) {
    enum { VECTORS = PANEL / LANES };
    VF sums[MR > 4 ? MR : 4][VECTORS];
    float line[PANEL];
    NAME(begin)(sums, out, out_stride, columns, accumulate, rows);
    if (NAME(add_products)(a, a_row, a_inner, inner, b, b_stride, sums, rows, 0)) {
        NAME(begin)(sums, out, out_stride, columns, accumulate, rows);
        NAME(add_products)(a, a_row, a_inner, inner, b, b_stride, sums, rows, 1);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        float *to = columns < PANEL ? line : out + t * out_stride;
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) *(VF *)(to + k * LANES) = factor * sums[t][k];
        if (columns < PANEL) memcpy(out + t * out_stride, line, columns * sizeof *line);
    }
}
