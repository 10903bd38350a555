#include "CKernels.h"

#include <string.h>

void ckernels_im2col(const float *x, size_t height, size_t width, size_t channels, size_t kernel, size_t padding,
                     size_t out_width, size_t first, size_t last, float *out) {
    size_t run = kernel * channels;
    for (size_t p = first; p < last; p++) {
        ptrdiff_t top = (ptrdiff_t)(p / out_width) - (ptrdiff_t)padding;
        ptrdiff_t left = (ptrdiff_t)(p % out_width) - (ptrdiff_t)padding;
        // Columns from ..< to of the patch lie inside the picture; the rest are zeros.
        size_t from = left < 0 ? (size_t)-left : 0;
        size_t to = left + (ptrdiff_t)kernel > (ptrdiff_t)width ? (size_t)((ptrdiff_t)width - left) : kernel;
        for (size_t ky = 0; ky < kernel; ky++, out += run) {
            ptrdiff_t y = top + (ptrdiff_t)ky;
            if (y < 0 || y >= (ptrdiff_t)height || from >= to) {
                memset(out, 0, run * sizeof(float));
                continue;
            }
            const float *row = x + ((size_t)y * width + (size_t)(left + (ptrdiff_t)from)) * channels;
            if (from > 0) memset(out, 0, from * channels * sizeof(float));
            memcpy(out + from * channels, row, (to - from) * channels * sizeof(float));
            if (to < kernel) memset(out + to * channels, 0, (kernel - to) * channels * sizeof(float));
        }
    }
}
