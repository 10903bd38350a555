// Products for one instruction set, on top of simd.h.

/// out[t][k] = factor·(Σ_i a[t·a_row + i·a_inner]·b[i·b_stride + k]) for `rows` rows, a constant where this is inlined, and
/// the first `columns` of the 16 that are computed; what is in `out` is where the sum begins, if `accumulate`.
INLINE void NAME(tile)(const float *a, size_t a_row, size_t a_inner, size_t inner, const float *b, size_t b_stride,
                       float *out, size_t out_stride, size_t columns, float factor, int accumulate, const int rows) {
    enum { VECTORS = PANEL / LANES };
    VF sums[MR > 4 ? MR : 4][VECTORS];
    float line[PANEL] = {0};
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        const float *from = out + t * out_stride;
        if (accumulate && columns < PANEL) {
            memcpy(line, from, columns * sizeof *line);
            from = line;
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) sums[t][k] = accumulate ? *(const VF *)(from + k * LANES) : (VF){0};
    }
    for (size_t i = 0; i < inner; i++) {
        VF right[VECTORS];
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) right[k] = *(const VF *)(b + i * b_stride + k * LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < rows; t++)
#pragma clang loop unroll(full)
            for (int k = 0; k < VECTORS; k++) sums[t][k] += a[t * a_row + i * a_inner] * right[k];
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < rows; t++) {
        float *to = columns < PANEL ? line : out + t * out_stride;
#pragma clang loop unroll(full)
        for (int k = 0; k < VECTORS; k++) *(VF *)(to + k * LANES) = factor * sums[t][k];
        if (columns < PANEL) memcpy(out + t * out_stride, line, columns * sizeof *line);
    }
}

/// The same for any number of rows.
INLINE void NAME(rows)(const float *a, size_t a_row, size_t a_inner, size_t inner, const float *b, size_t b_stride,
                       float *out, size_t out_stride, size_t columns, float factor, int accumulate, size_t rows) {
    size_t t = 0;
    for (; t + MR <= rows; t += MR)
        NAME(tile)(a + t * a_row, a_row, a_inner, inner, b, b_stride, out + t * out_stride, out_stride, columns, factor,
                   accumulate, MR);
    for (; t + 4 <= rows; t += 4)
        NAME(tile)(a + t * a_row, a_row, a_inner, inner, b, b_stride, out + t * out_stride, out_stride, columns, factor,
                   accumulate, 4);
    for (; t < rows; t++)
        NAME(tile)(a + t * a_row, a_row, a_inner, inner, b, b_stride, out + t * out_stride, out_stride, columns, factor,
                   accumulate, 1);
}

TARGET static void NAME(product_of_panels)(const float *a, size_t row_stride, size_t inner_stride, size_t rows,
                                           size_t inner, const float *panels, size_t columns, float factor,
                                           int accumulate, float *out, size_t out_stride) {
    for (size_t n = 0; n < columns; n += PANEL)
        for (size_t first = 0; first < inner || first == 0; first += INNER) {
            size_t count = inner - first < INNER ? inner - first : INNER;
            NAME(rows)(a + first * inner_stride, row_stride, inner_stride, count, panels + n * inner + first * PANEL,
                       PANEL, out + n, out_stride, columns - n < PANEL ? columns - n : PANEL,
                       first + count == inner ? factor : 1, accumulate || first > 0, rows);
        }
}

TARGET static void NAME(column_products)(const float *x, size_t rows, size_t columns, float *out) {
    for (size_t first = 0; first < rows || first == 0; first += INNER) {
        size_t inner = rows - first < INNER ? rows - first : INNER;
        const float *block = x + first * columns;
        for (size_t n = 0; n < columns; n += PANEL) {
            size_t count = columns - n < PANEL ? columns - n : PANEL;
            const float *right = block + n;
            size_t stride = columns;
            float panel[INNER * PANEL];
            if (count < PANEL) {
                ckernels_panels(right, columns, 1, inner, count, panel);
                right = panel, stride = PANEL;
            }
            // The products below the diagonal are those above it.
            NAME(rows)(block, 1, columns, inner, right, stride, out + n, columns, count, 1, first > 0, n + count);
        }
    }
    for (size_t i = 0; i < columns; i++)
        for (size_t j = 0; j < i; j++) out[i * columns + j] = out[j * columns + i];
}
