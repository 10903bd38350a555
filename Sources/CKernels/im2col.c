#include "CKernels.h"
#include "dispatch.h"

#include <string.h>

/// Where the window of an output lies: its first row and column in the picture, and its columns from ..< to that are
/// inside.
struct window {
    ptrdiff_t top, left;
    size_t from, to;
};

static struct window window(const struct ckernels_windows *w, size_t row, size_t column) {
    struct window at;
    at.top = (ptrdiff_t)(row * w->stride) - (ptrdiff_t)w->above;
    at.left = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->before;
    at.from = at.left < 0 ? (size_t)-at.left : 0;
    at.to = at.left + (ptrdiff_t)w->kernel_width > (ptrdiff_t)w->width ? (size_t)((ptrdiff_t)w->width - at.left)
                                                                       : w->kernel_width;
    return at;
}

// What the compiler would make calls of; runs are a few floats long where there are few channels, and a call takes longer.
#define LOOPS __attribute__((no_builtin("memcpy", "memset")))

/// Copies n floats.
LOOPS static inline void copy(float *to, const float *from, size_t n) {
    if (n > 64) memcpy(to, from, n * sizeof *to);
    else
        for (size_t i = 0; i < n; i++) to[i] = from[i];
}

/// Sets n floats to 0.
LOOPS static inline void clear(float *to, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] = 0;
}

MULTIVERSIONED LOOPS
void ckernels_im2col(const struct ckernels_windows *w, const float *x, size_t first, size_t last, float *out) {
    size_t c = w->channels, run = w->kernel_width * c, positions = w->out_height * w->out_width;
    for (size_t p = first; p < last; p++) {
        const float *map = x + p / positions * w->height * w->width * c;
        struct window at = window(w, p % positions / w->out_width, p % w->out_width);
        for (size_t ky = 0; ky < w->kernel_height; ky++, out += run) {
            ptrdiff_t y = at.top + (ptrdiff_t)ky;
            if (y < 0 || y >= (ptrdiff_t)w->height || at.from >= at.to) {
                clear(out, run);
                continue;
            }
            const float *row = map + (y * (ptrdiff_t)w->width + at.left + (ptrdiff_t)at.from) * (ptrdiff_t)c;
            clear(out, at.from * c);
            copy(out + at.from * c, row, (at.to - at.from) * c);
            clear(out + at.to * c, (w->kernel_width - at.to) * c);
        }
    }
}

MULTIVERSIONED
void ckernels_col2im(const struct ckernels_windows *w, const float *patches, size_t first, size_t last, size_t top,
                     size_t bottom, float *map) {
    size_t c = w->channels, run = w->kernel_width * c;
    memset(map + top * w->width * c, 0, (bottom - top) * w->width * c * sizeof *map);
    for (size_t row = first; row < last; row++)
        for (size_t column = 0; column < w->out_width; column++) {
            struct window at = window(w, row, column);
            for (size_t ky = 0; ky < w->kernel_height; ky++, patches += run) {
                ptrdiff_t y = at.top + (ptrdiff_t)ky;
                if (y < (ptrdiff_t)top || y >= (ptrdiff_t)bottom) continue;
                float *to = map + (y * (ptrdiff_t)w->width + at.left) * (ptrdiff_t)c;
                for (size_t i = at.from * c; i < at.to * c; i++) to[i] += patches[i];
            }
        }
}
