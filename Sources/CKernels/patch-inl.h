// The nearest of several patches for one instruction set.
//
// Needs: foreach_target.h's macros.
// Gives: nearest_patch.

typedef float NAME(pixel) __attribute__((vector_size(32), aligned(4), may_alias));

TARGET static int NAME(nearest_patch)(const float *patch, size_t stride, const float *const *candidates,
                                      size_t candidate_stride, const float *penalties, size_t count, size_t side,
                                      float *cost) {
    int nearest = -1;
    for (size_t k = 0; k < count; k++) {
        // A penalty alone can rule a candidate out.
        if (!(penalties[k] < *cost)) continue;
        NAME(pixel) sums[4] = {{0}, {0}, {0}, {0}};
        float total = 0;
        for (size_t y = 0; y < side; y++) {
            const float *a = patch + y * stride, *b = candidates[k] + y * candidate_stride;
            for (size_t x = 0; x < side; x++) {
                NAME(pixel) d = *(const NAME(pixel) *)(a + 8 * x) - *(const NAME(pixel) *)(b + 8 * x);
                sums[x & 3] += d * d;
            }
            // Most candidates are far worse than the best so far, and exceed it after a few rows.
            if (y % 2 == 0 && y + 1 < side) continue;
            NAME(pixel) s = (sums[0] + sums[1]) + (sums[2] + sums[3]);
            total = penalties[k] + (((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])));
            if (!(total < *cost)) break;
        }
        if (total < *cost) {
            *cost = total;
            nearest = (int)k;
        }
    }
    return nearest;
}
