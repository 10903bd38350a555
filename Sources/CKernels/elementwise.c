#include "CKernels.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef float v16f __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t v16i __attribute__((vector_size(64), aligned(4)));
typedef _Bool v16b __attribute__((ext_vector_type(16)));

MULTIVERSIONED
void ckernels_relu_forward(float *x, uint8_t *bits, size_t n) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16f v;
        memcpy(&v, x + i, sizeof v);
        v16b positive = __builtin_convertvector(~(v <= (v16f){0}), v16b);
        uint16_t word;
        memcpy(&word, &positive, sizeof word);
        memcpy(bits + i / 8, &word, sizeof word);
        for (int k = 0; k < 16; k++) x[i + k] = x[i + k] <= 0 ? 0 : x[i + k];
    }
    for (; i < n; i++) {
        if (i % 8 == 0) bits[i / 8] = 0;
        if (x[i] <= 0) x[i] = 0;
        else bits[i / 8] |= (uint8_t)(1u << (i % 8));
    }
}

MULTIVERSIONED
void ckernels_relu_backward(float *dy, const uint8_t *bits, size_t n) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16b left;
        v16i v;
        memcpy(&left, bits + i / 8, sizeof(uint16_t));
        memcpy(&v, dy + i, sizeof v);
        v &= -__builtin_convertvector(left, v16i);
        memcpy(dy + i, &v, sizeof v);
    }
    for (; i < n; i++) {
        if (!((bits[i / 8] >> (i % 8)) & 1)) dy[i] = 0;
    }
}

MULTIVERSIONED
void ckernels_dots(const float *const *a, size_t a_count, const float *const *b, size_t b_count, size_t n, double *out) {
    // A block of each vector stays in cache until it has met all others.
    enum { BLOCK = 1024 };
    for (size_t k = 0; k < a_count * b_count; k++) out[k] = 0;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t last = n - first < BLOCK ? n : first + BLOCK;
        for (size_t k = 0; k < a_count * b_count; k++) {
            const float *x = a[k / b_count], *y = b[k % b_count];
            // Sixteen partial sums, so that the compiler may vectorise without reordering a single one.
            double sums[16] = {0};
            size_t i = first;
            for (; i + 16 <= last; i += 16)
                for (int l = 0; l < 16; l++) sums[l] += (double)x[i + l] * (double)y[i + l];
            double total = 0;
            for (int l = 0; l < 16; l++) total += sums[l];
            for (; i < last; i++) total += (double)x[i] * (double)y[i];
            out[k] += total;
        }
    }
}

MULTIVERSIONED
float ckernels_largest_sum(const float *const *terms, size_t count, size_t stride, const float *scale,
                           size_t scale_stride, size_t rows, size_t width, size_t *index) {
    float largest = -INFINITY;
    *index = 0;
    for (size_t y = 0; y < rows; y++) {
        // Sixteen columns at a time; only a row that holds a larger value is searched for its place.
        const float *s = scale + y * scale_stride;
        v16f best = (v16f){0} + largest;
        size_t x = 0;
        for (; x + 16 <= width; x += 16) {
            v16f sum = {0};
            for (size_t k = 0; k < count; k++) sum += *(const v16f *)(terms[k] + y * stride + x);
            sum *= *(const v16f *)(s + x);
            const v16i larger = sum > best;
            best = (v16f)((larger & (v16i)sum) | (~larger & (v16i)best));
        }
        _Bool larger = 0;
        for (int k = 0; k < 16; k++) larger |= best[k] > largest;
        for (size_t i = larger ? 0 : x; i < width; i++) {
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
