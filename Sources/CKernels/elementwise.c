#include "CKernels.h"
#include "dispatch.h"

#include <string.h>

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
double ckernels_dot(const float *a, const float *b, size_t n) {
    // Sixteen partial sums, so that the compiler may vectorise without reordering a single one.
    double sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++) sums[k] += (double)a[i + k] * (double)b[i + k];
    double total = 0;
    for (int k = 0; k < 16; k++) total += sums[k];
    for (; i < n; i++) total += (double)a[i] * (double)b[i];
    return total;
}

MULTIVERSIONED
void ckernels_axpy(float a, const float *x, float *y, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

MULTIVERSIONED
void ckernels_scaled_sum(const float *const *terms, size_t count, const float *scale, float *out, size_t n) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16f sum = {0};
        for (size_t k = 0; k < count; k++) sum += *(const v16f *)(terms[k] + i);
        *(v16f *)(out + i) = sum * *(const v16f *)(scale + i);
    }
    for (; i < n; i++) {
        float sum = 0;
        for (size_t k = 0; k < count; k++) sum += terms[k][i];
        out[i] = sum * scale[i];
    }
}
