// Products and sums for one instruction set.
//
// Needs: foreach_target.h's macros, simd-inl.h.
// Gives: product, column_products, combination, axpy, dots, largest_sum.

/// The first `count` rows are done.
INLINE void NAME(advance)(struct ckernels_matrix *a, struct ckernels_destination *out, size_t count) {
    a->values += count * a->row_stride, a->rows -= count, out->values += count * out->row_stride;
}

/// The tiles of any number of rows.
INLINE void NAME(tiles)(struct ckernels_matrix a, struct ckernels_matrix b, struct ckernels_destination out) {
    for (; a.rows >= MR; NAME(advance)(&a, &out, MR)) NAME(tile)(a, b, out, MR);
    for (; a.rows >= 4; NAME(advance)(&a, &out, 4)) NAME(tile)(a, b, out, 4);
    for (; a.rows > 0; NAME(advance)(&a, &out, 1)) NAME(tile)(a, b, out, 1);
}

TARGET static void NAME(product)(const struct ckernels_matrix *a, const float *panels, size_t columns, float factor,
                                 int accumulate, float *out) {
    size_t inner = a->columns;
    for (size_t n = 0; n < columns; n += PANEL)
        for (size_t first = 0; first < inner || first == 0; first += INNER) {
            size_t count = inner - first < INNER ? inner - first : INNER;
            struct ckernels_matrix left = *a;
            left.values += first * a->column_stride, left.columns = count;
            struct ckernels_matrix right = {panels + n * inner + first * PANEL, PANEL, 1, count,
                                            columns - n < PANEL ? columns - n : PANEL};
            NAME(tiles)(left, right, (struct ckernels_destination){out + n, columns,
                                                                   first + count == inner ? factor : 1,
                                                                   accumulate || first > 0});
        }
}

TARGET static void NAME(column_products)(const float *x, size_t rows, size_t columns, float *out) {
    for (size_t first = 0; first < rows || first == 0; first += INNER) {
        size_t inner = rows - first < INNER ? rows - first : INNER;
        const float *block = x + first * columns;
        for (size_t n = 0; n < columns; n += PANEL) {
            struct ckernels_matrix right = {block + n, columns, 1, inner, columns - n < PANEL ? columns - n : PANEL};
            float panel[INNER * PANEL];
            if (right.columns < PANEL) {
                ckernels_panels(&right, panel);
                right.values = panel, right.row_stride = PANEL;
            }
            // The products below the diagonal are those above it.
            struct ckernels_matrix left = {block, 1, columns, n + right.columns, inner};
            NAME(tiles)(left, right, (struct ckernels_destination){out + n, columns, 1, first > 0});
        }
    }
    for (size_t i = 0; i < columns; i++)
        for (size_t j = 0; j < i; j++) out[i * columns + j] = out[j * columns + i];
}

/// out[i] = Σ_k factors[k]·terms[k][i] for n values of `count` terms, one multiply-add after the other from 0 on.
TARGET static void NAME(combination)(const float *const *terms, const float *factors, size_t count, float *out,
                                     size_t n) {
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

TARGET static void NAME(dots)(const float *const *a, size_t a_count, const float *const *b, size_t b_count, size_t n,
                              double *out) {
    // A block of each vector stays in cache until it has met all others.
    enum { BLOCK = 1024 };
    for (size_t k = 0; k < a_count * b_count; k++) out[k] = 0;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t last = n - first < BLOCK ? n : first + BLOCK;
        for (size_t k = 0; k < a_count * b_count; k++) {
            const float *x = a[k / b_count], *y = b[k % b_count];
            // As many partial sums in every set, which are added in one order.
            VD sums[PANEL / LANES] = {0};
            size_t i = first;
            for (; i + PANEL <= last; i += PANEL)
                for (int l = 0; l < PANEL / LANES; l++)
                    sums[l] += __builtin_convertvector(*(const VF *)(x + i + l * LANES), VD) *
                               __builtin_convertvector(*(const VF *)(y + i + l * LANES), VD);
            double total = 0;
            for (int l = 0; l < PANEL; l++) total += sums[l / LANES][l % LANES];
            for (; i < last; i++) total += (double)x[i] * (double)y[i];
            out[k] += total;
        }
    }
}

TARGET static float NAME(largest_sum)(const float *const *terms, size_t count, size_t stride, const float *scale,
                                      size_t scale_stride, size_t rows, size_t width, size_t *index) {
    float largest = -INFINITY;
    *index = 0;
    for (size_t y = 0; y < rows; y++) {
        // A panel of columns at a time; only a row that holds a larger value is searched for its place.
        const float *s = scale + y * scale_stride;
        VF best[PANEL / LANES];
        for (int l = 0; l < PANEL / LANES; l++) best[l] = largest - (VF){0};
        size_t x = 0;
        for (; x + PANEL <= width; x += PANEL) {
            VF sums[PANEL / LANES] = {0};
            for (size_t k = 0; k < count; k++)
                for (int l = 0; l < PANEL / LANES; l++) sums[l] += *(const VF *)(terms[k] + y * stride + x + l * LANES);
            for (int l = 0; l < PANEL / LANES; l++) {
                sums[l] *= *(const VF *)(s + x + l * LANES);
                VI larger = sums[l] > best[l];
                best[l] = (VF)((larger & (VI)sums[l]) | (~larger & (VI)best[l]));
            }
        }
        VI any = {0};
        for (int l = 0; l < PANEL / LANES; l++) any |= best[l] > largest - (VF){0};
        for (size_t i = __builtin_reduce_or(any) ? 0 : x; i < width; i++) {
            float sum = 0;
            for (size_t k = 0; k < count; k++) sum += terms[k][y * stride + i];
            sum *= s[i];
            if (sum > largest) {
                largest = sum;
                *index = y * width + i;
            }
        }
    }
    return largest;
}
