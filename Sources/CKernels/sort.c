#include "CKernels.h"

#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 3 };

/// The bits of a float as an unsigned number of the same order.
static uint32_t key(float value) {
    uint32_t bits;
    value += 0.0f;  // −0 sorts with 0
    memcpy(&bits, &value, sizeof bits);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

void ckernels_ascending_order(const float *values, size_t n, uint32_t *order, uint32_t *scratch) {
    uint32_t counts[PASSES][DIGITS];
    uint32_t *keys = scratch, *other_keys = scratch + n, *other = scratch + 2 * n, *indices = order;
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < n; i++) {
        uint32_t k = key(values[i]);
        keys[i] = k;
        indices[i] = (uint32_t)i;
        for (int pass = 0; pass < PASSES; pass++) counts[pass][k >> (DIGIT_BITS * pass) & (DIGITS - 1)]++;
    }
    for (int pass = 0; pass < PASSES; pass++) {
        uint32_t sum = 0;
        for (int d = 0; d < DIGITS; d++) {
            uint32_t count = counts[pass][d];
            counts[pass][d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++) {
            uint32_t to = counts[pass][keys[i] >> (DIGIT_BITS * pass) & (DIGITS - 1)]++;
            other_keys[to] = keys[i];
            other[to] = indices[i];
        }
        uint32_t *swap = keys;
        keys = other_keys;
        other_keys = swap;
        swap = indices;
        indices = other;
        other = swap;
    }
    if (indices != order) memcpy(order, indices, n * sizeof *order);
}
