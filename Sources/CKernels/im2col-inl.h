// Patches of a map as the rows of a matrix, and back, for one instruction set.
//
// Needs: foreach_target.h's macros, simd-inl.h.
// Gives: im2col, col2im.

#include "convolution.h"

/// Copies n floats.
LOOPS INLINE void NAME(copy)(float *to, const float *from, size_t n) {
    if (n > 64) memcpy(to, from, n * sizeof *to);
    else
        for (size_t i = 0; i < n; i++) to[i] = from[i];
}

/// Sets n floats to 0.
LOOPS INLINE void NAME(clear)(float *to, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] = 0;
}

LOOPS TARGET static void NAME(im2col)(const struct ckernels_convolution_geometry *g, const float *x, size_t first,
                                      size_t last, float *out) {
    size_t c = g->channels, run = g->kernel_width * c, positions = g->out_height * g->out_width;
    for (size_t p = first; p < last; p++) {
        const float *map = x + p / positions * g->height * g->width * c;
        struct ckernels_window window = ckernels_window_of(g, p % positions / g->out_width, p % g->out_width);
        for (size_t ky = 0; ky < g->kernel_height; ky++, out += run) {
            ptrdiff_t y = window.top + (ptrdiff_t)ky;
            if (y < 0 || y >= (ptrdiff_t)g->height || window.from >= window.to) {
                NAME(clear)(out, run);
                continue;
            }
            const float *row = map + (y * (ptrdiff_t)g->width + window.left + (ptrdiff_t)window.from) * (ptrdiff_t)c;
            NAME(clear)(out, window.from * c);
            NAME(copy)(out + window.from * c, row, (window.to - window.from) * c);
            NAME(clear)(out + window.to * c, (g->kernel_width - window.to) * c);
        }
    }
}

TARGET static void NAME(col2im)(const struct ckernels_convolution_geometry *g, const float *patches, size_t first,
                                size_t last, size_t top, size_t bottom, float *map) {
    size_t c = g->channels, run = g->kernel_width * c;
    memset(map + top * g->width * c, 0, (bottom - top) * g->width * c * sizeof *map);
    for (size_t row = first; row < last; row++)
        for (size_t column = 0; column < g->out_width; column++) {
            struct ckernels_window window = ckernels_window_of(g, row, column);
            for (size_t ky = 0; ky < g->kernel_height; ky++, patches += run) {
                ptrdiff_t y = window.top + (ptrdiff_t)ky;
                if (y < (ptrdiff_t)top || y >= (ptrdiff_t)bottom) continue;
                float *to = map + (y * (ptrdiff_t)g->width + window.left) * (ptrdiff_t)c;
                for (size_t i = window.from * c; i < window.to * c; i++) to[i] += patches[i];
            }
        }
}
