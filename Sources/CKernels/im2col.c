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

void ckernels_im2col(const struct ckernels_windows *w, const float *x, size_t first, size_t last, float *out) {
    size_t c = w->channels, run = w->kernel_width * c, positions = w->out_height * w->out_width;
    for (size_t p = first; p < last; p++) {
        const float *map = x + p / positions * w->height * w->width * c;
        struct window at = window(w, p % positions / w->out_width, p % w->out_width);
        for (size_t ky = 0; ky < w->kernel_height; ky++, out += run) {
            ptrdiff_t y = at.top + (ptrdiff_t)ky;
            if (y < 0 || y >= (ptrdiff_t)w->height || at.from >= at.to) {
                memset(out, 0, run * sizeof *out);
                continue;
            }
            const float *row = map + (y * (ptrdiff_t)w->width + at.left + (ptrdiff_t)at.from) * (ptrdiff_t)c;
            if (at.from > 0) memset(out, 0, at.from * c * sizeof *out);
            memcpy(out + at.from * c, row, (at.to - at.from) * c * sizeof *out);
            if (at.to < w->kernel_width)
                memset(out + at.to * c, 0, (w->kernel_width - at.to) * c * sizeof *out);
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
