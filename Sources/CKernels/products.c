// Products of matrices, and sums of vectors, whose sums run in the order of the inner index, one multiply-add after the
// other, whatever the instruction set and the shape of the blocks: the results are the same to the bit.

#include "CKernels.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { PANEL = 16 };   // columns that lie together
enum { INNER = 256 };  // terms of a sum at a time, whose factors stay in cache

#if defined(__x86_64__)

#define NAME(x) avx512_##x
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define LANES 16
#define FUSED 1
#define MR 16
#include "simd.h"
#include "products.h"
#include "undefine.h"

#define NAME(x) avx2_##x
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LANES 8
#define FUSED 1
#define MR 6
#include "simd.h"
#include "products.h"
#include "undefine.h"

#define BASELINE_MR 3
#define BASELINE_FUSED 0

#else

// arm64: 32 registers.
#define BASELINE_MR 6
#define BASELINE_FUSED 1

#endif

#define NAME(x) baseline_##x
#define TARGET
#define LANES 4
#define FUSED BASELINE_FUSED
#define MR BASELINE_MR
#include "simd.h"
#include "products.h"
#include "undefine.h"

size_t ckernels_panels_count(size_t inner, size_t columns) { return (columns + PANEL - 1) / PANEL * PANEL * inner; }

void ckernels_panels(const float *b, size_t inner_stride, size_t column_stride, size_t inner, size_t columns,
                     float *panels) {
    for (size_t first = 0; first < columns; first += PANEL, panels += inner * PANEL) {
        size_t count = columns - first < PANEL ? columns - first : PANEL;
        if (count < PANEL) memset(panels, 0, inner * PANEL * sizeof *panels);
        // Along the lines of b: one of the two strides is 1.
        const float *from = b + first * column_stride;
        if (column_stride == 1)
            for (size_t i = 0; i < inner; i++) memcpy(panels + i * PANEL, from + i * inner_stride, count * sizeof *from);
        else
            for (size_t i = 0; i < inner; i++)
                for (size_t k = 0; k < count; k++) panels[i * PANEL + k] = from[k * column_stride + i * inner_stride];
    }
}

void ckernels_product(const float *a, size_t row_stride, size_t inner_stride, size_t rows, size_t inner,
                      const float *panels, size_t columns, float factor, int accumulate, float *out, size_t out_stride,
                      int level) {
    PICK(level, product_of_panels, a, row_stride, inner_stride, rows, inner, panels, columns, factor, accumulate, out,
         out_stride);
}

void ckernels_combination(const float *const *terms, const float *factors, size_t count, float *out, size_t n, int level) {
    PICK(level, combination, terms, factors, count, out, n);
}

void ckernels_axpy(float a, const float *x, float *y, size_t n, int level) { PICK(level, axpy, a, x, y, n); }

void ckernels_column_products(const float *x, size_t rows, size_t columns, float *out, int level) {
    PICK(level, column_products, x, rows, columns, out);
}
