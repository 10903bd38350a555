// What the bodies of convolution.c share for one instruction set: included once for each, with
//   NAME(x)  the name of a function in this set      TARGET  the attribute that selects it
//   LANES    floats in a vector                      MR      rows that a product keeps in registers

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t NAME(mask) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef _Bool NAME(flags) __attribute__((ext_vector_type(LANES)));
#define VF NAME(vector)
#define INLINE static inline __attribute__((always_inline)) TARGET

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

/// m[t][0 … 15] = Σ_c v[t][c]·u[c][0 … 15] for MR rows, added to m if `accumulate`; u is a panel of 16 columns.
INLINE void NAME(product)(const float *v, size_t v_stride, size_t inner, const float *u, float *m, size_t m_stride,
                          int accumulate) {
    enum { VECTORS = PANEL / LANES };
    VF sums[MR][VECTORS];
#pragma clang loop unroll(full)
    for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++)
            sums[t][k] = accumulate ? *(const VF *)(m + t * m_stride + k * LANES) : (VF){0};
    for (size_t c = 0; c < inner; c++) {
        VF columns[VECTORS];
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) columns[k] = *(const VF *)(u + c * PANEL + k * LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
            for (int k = 0; k < VECTORS; k++) sums[t][k] += v[t * v_stride + c] * columns[k];
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) *(VF *)(m + t * m_stride + k * LANES) = sums[t][k];
}
