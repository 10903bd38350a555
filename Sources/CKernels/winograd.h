// The body of winograd.c for one instruction set: included once for each, with
//   NAME(x)  the name of a function in this set      TARGET  the attribute that selects it
//   LANES    floats in a vector                      MR      tiles that a product keeps in registers

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
#define VF NAME(vector)
#define INLINE static inline __attribute__((always_inline)) TARGET

/// One line of Bᵀ·d: six values to six.
INLINE void NAME(input_line)(VF d0, VF d1, VF d2, VF d3, VF d4, VF d5, VF *out, size_t stride) {
    VF a = d4 - 4.0f * d2, b = d3 - 4.0f * d1, c = d4 - d2, e = 2.0f * (d3 - d1);
    out[0] = 4.0f * d0 - 5.0f * d2 + d4;
    out[stride] = a + b;
    out[2 * stride] = a - b;
    out[3 * stride] = c + e;
    out[4 * stride] = c - e;
    out[5 * stride] = 4.0f * d1 - 5.0f * d3 + d5;
}

/// One line of Aᵀ·m: six values to four.
INLINE void NAME(output_line)(VF m0, VF m1, VF m2, VF m3, VF m4, VF m5, VF *out, size_t stride) {
    VF a = m1 + m2, b = m1 - m2, c = m3 + m4, d = m3 - m4;
    out[0] = m0 + a + c;
    out[stride] = b + 2.0f * d;
    out[2 * stride] = a + 4.0f * c;
    out[3 * stride] = b + 8.0f * d + m5;
}

/// V = Bᵀ·d·B of the 6×6 pixels from (top, left), for every channel; v is advanced by `step` floats for each of the 36.
INLINE void NAME(input_tile)(const float *x, ptrdiff_t height, ptrdiff_t width, size_t channels, ptrdiff_t top,
                             ptrdiff_t left, float *v, size_t step) {
    static const float zeros[LANES];
    int inside = top >= 0 && left >= 0 && top + 6 <= height && left + 6 <= width;
    for (size_t c = 0; c < channels; c += LANES) {
        VF lines[36], columns[6], *in;
        for (ptrdiff_t j = 0; j < 6; j++) {
            for (ptrdiff_t i = 0; i < 6; i++) {
                int there = inside || (top + i >= 0 && top + i < height && left + j >= 0 && left + j < width);
                columns[i] = *(const VF *)(there ? x + ((top + i) * width + left + j) * (ptrdiff_t)channels + c : zeros);
            }
            NAME(input_line)(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], lines + j, 6);
        }
        for (size_t i = 0; i < 6; i++) {
            VF row[6];
            in = lines + 6 * i;
            NAME(input_line)(in[0], in[1], in[2], in[3], in[4], in[5], row, 1);
            for (size_t j = 0; j < 6; j++) *(VF *)(v + (6 * i + j) * step + c) = row[j];
        }
    }
}

/// y = Aᵀ·m·A + bias for every channel, as far as it lies in the output.
INLINE void NAME(output_tile)(const float *m, size_t step, const float *bias, float *y, size_t height, size_t width,
                              size_t channels, size_t top, size_t left) {
    size_t rows = height - top < 4 ? height - top : 4, columns = width - left < 4 ? width - left : 4;
    for (size_t c = 0; c < channels; c += LANES) {
        VF lines[24], row[4];
        for (size_t j = 0; j < 6; j++) {
            const float *in = m + j * step + c;
            size_t s = 6 * step;
            NAME(output_line)(*(const VF *)in, *(const VF *)(in + s), *(const VF *)(in + 2 * s),
                              *(const VF *)(in + 3 * s), *(const VF *)(in + 4 * s), *(const VF *)(in + 5 * s),
                              lines + j, 6);
        }
        VF add = bias ? *(const VF *)(bias + c) : (VF){0};
        for (size_t i = 0; i < rows; i++) {
            VF *in = lines + 6 * i;
            NAME(output_line)(in[0], in[1], in[2], in[3], in[4], in[5], row, 1);
            for (size_t j = 0; j < columns; j++)
                *(VF *)(y + ((top + i) * width + left + j) * channels + c) = row[j] + add;
        }
    }
}

/// m[t][0 … 15] = Σ_c v[t][c]·u[c][0 … 15] for MR tiles; u is a panel of 16 columns.
INLINE void NAME(product)(const float *v, size_t channels, const float *u, float *m, size_t stride) {
    enum { VECTORS = PANEL / LANES };
    VF sums[MR][VECTORS];
#pragma clang loop unroll(full)
    for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) sums[t][k] = (VF){0};
    for (size_t c = 0; c < channels; c++) {
        VF columns[VECTORS];
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) columns[k] = *(const VF *)(u + c * PANEL + k * LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
            for (int k = 0; k < VECTORS; k++) sums[t][k] += v[t * channels + c] * columns[k];
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < MR; t++)
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) *(VF *)(m + t * stride + k * LANES) = sums[t][k];
}

TARGET static void NAME(tiles)(const struct ckernels_winograd *job, const float *x, const float *u, const float *bias,
                               float *y, size_t first, size_t last, float *scratch) {
    size_t across = (job->out_width + 3) / 4, count = last - first, padded = (count + MR - 1) / MR * MR;
    // A line more than needed between positions: powers of two would all fall into the same cache sets.
    size_t v_step = padded * job->channels + 16, m_step = padded * job->out_channels + 16;
    float *v = scratch, *m = scratch + 36 * v_step;
    for (size_t t = 0; t < count; t++) {
        size_t tile = first + t;
        ptrdiff_t top = (ptrdiff_t)(tile / across * 4) - (ptrdiff_t)job->padding;
        ptrdiff_t left = (ptrdiff_t)(tile % across * 4) - (ptrdiff_t)job->padding;
        NAME(input_tile)(x, (ptrdiff_t)job->height, (ptrdiff_t)job->width, job->channels, top, left,
                         v + t * job->channels, v_step);
    }
    for (size_t position = 0; position < 36; position++)
        for (size_t t = count; t < padded; t++)
            memset(v + position * v_step + t * job->channels, 0, job->channels * sizeof(float));
    for (size_t position = 0; position < 36; position++)
        for (size_t n = 0; n < job->out_channels; n += PANEL)
            for (size_t t = 0; t < padded; t += MR)
                NAME(product)(v + position * v_step + t * job->channels, job->channels,
                              u + (position * job->out_channels + n) * job->channels,
                              m + position * m_step + t * job->out_channels + n, job->out_channels);
    for (size_t t = 0; t < count; t++) {
        size_t tile = first + t;
        NAME(output_tile)(m + t * job->out_channels, m_step, bias, y, job->out_height, job->out_width,
                          job->out_channels, tile / across * 4, tile % across * 4);
    }
}

#undef VF
#undef INLINE
