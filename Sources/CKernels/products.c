// Products of matrices and sums of vectors, each in the order of the inner index, one multiply-add after the other,
// whatever the instruction set and the shape of the blocks: the results are the same to the bit.

#define KERNEL_SOURCE "products-inl.h"
#include "foreach_target.h"

size_t ckernels_panels_count(size_t rows, size_t columns) { return (columns + PANEL - 1) / PANEL * PANEL * rows; }

void ckernels_panels(const struct ckernels_matrix *b, float *panels) {
    size_t inner = b->rows;
    for (size_t first = 0; first < b->columns; first += PANEL, panels += inner * PANEL) {
        size_t count = b->columns - first < PANEL ? b->columns - first : PANEL;
        if (count < PANEL) memset(panels, 0, inner * PANEL * sizeof *panels);
        // Along the lines of b: one of the two strides is 1.
        const float *from = b->values + first * b->column_stride;
        if (b->column_stride == 1)
            for (size_t i = 0; i < inner; i++)
                memcpy(panels + i * PANEL, from + i * b->row_stride, count * sizeof *from);
        else
            for (size_t i = 0; i < inner; i++)
                for (size_t k = 0; k < count; k++)
                    panels[i * PANEL + k] = from[k * b->column_stride + i * b->row_stride];
    }
}

void ckernels_product(const struct ckernels_matrix *a, const float *panels, size_t columns, float factor,
                      int accumulate, float *out, int level) {
    SELECT(level, product)(a, panels, columns, factor, accumulate, out);
}

void ckernels_column_products(const float *x, size_t rows, size_t columns, float *out, int level) {
    SELECT(level, column_products)(x, rows, columns, out);
}

void ckernels_combination(const float *const *terms, const float *factors, size_t count, float *out, size_t n,
                          int level) {
    SELECT(level, combination)(terms, factors, count, out, n);
}

void ckernels_axpy(float a, const float *x, float *y, size_t n, int level) { SELECT(level, axpy)(a, x, y, n); }

void ckernels_dots(const float *const *a, size_t a_count, const float *const *b, size_t b_count, size_t n, double *out,
                   int level) {
    SELECT(level, dots)(a, a_count, b, b_count, n, out);
}

float ckernels_largest_sum(const float *const *terms, size_t count, size_t stride, const float *scale,
                           size_t scale_stride, size_t rows, size_t width, size_t *index, int level) {
    return SELECT(level, largest_sum)(terms, count, stride, scale, scale_stride, rows, width, index);
}
