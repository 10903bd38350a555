// Products for one instruction set, on top of simd.h.

/// The tiles of any number of rows.
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

/// out[i] = Σ_k factors[k]·terms[k][i] for n values of `count` terms, one multiply-add after the other from 0 on.
TARGET static void NAME(combination)(const float *const *terms, const float *factors, size_t count, float *out, size_t n) {
    size_t i = 0;
    for (; i + PANEL <= n; i += PANEL) {
        VF sums[PANEL / LANES] = {0};
        for (size_t k = 0; k < count; k++)
            for (int l = 0; l < PANEL / LANES; l++)
                sums[l] = NAME(fma)(factors[k] - (VF){0}, *(const VF *)(terms[k] + i + l * LANES), sums[l]);
        memcpy(out + i, sums, sizeof sums);
    }
    for (; i < n; i++) {
        VF sum = {0};
        for (size_t k = 0; k < count; k++) sum = NAME(fma)(factors[k] - (VF){0}, terms[k][i] - (VF){0}, sum);
        out[i] = sum[0];
    }
}

/// y[i] += a·x[i].
TARGET static void NAME(axpy)(float a, const float *x, float *y, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        *(VF *)(y + i) = NAME(fma)(a - (VF){0}, *(const VF *)(x + i), *(const VF *)(y + i));
    for (; i < n; i++) y[i] = NAME(fma)(a - (VF){0}, x[i] - (VF){0}, y[i] - (VF){0})[0];
}
