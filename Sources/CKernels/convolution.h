#ifndef CKERNELS_CONVOLUTION_H
#define CKERNELS_CONVOLUTION_H

#include "CKernels.h"
#include "panels.h"

// Needs: nothing.
// Gives: what the convolution kernels of all instruction sets share.

// Keeps loops from becoming calls: runs are a few floats long where there are few channels, and a call takes longer.
#define LOOPS __attribute__((no_builtin("memcpy", "memset")))

/// The pixel of the constant halo at (y, x) of the input, which does not hold it; null for zeros.
static inline const float *ckernels_halo_pixel(const struct ckernels_convolution *job, ptrdiff_t y, ptrdiff_t x) {
    const struct ckernels_halo *halo = &job->halo;
    if (!halo->values) return 0;
    ptrdiff_t row = y + halo->top, column = x + halo->left;
    if (row < 0 || column < 0 || row >= (ptrdiff_t)halo->height || column >= (ptrdiff_t)halo->width) return 0;
    // Rows of the map before this pixel that lack the input's pixels.
    ptrdiff_t covered = y < 0 ? 0 : y < (ptrdiff_t)job->height ? y : (ptrdiff_t)job->height;
    if (y >= 0 && y < (ptrdiff_t)job->height && x >= (ptrdiff_t)job->width) covered++;
    ptrdiff_t pixel = row * (ptrdiff_t)halo->width + column - covered * (ptrdiff_t)job->width;
    return halo->values + pixel * (ptrdiff_t)job->channels;
}

/// The neighbouring outputs that share a panel in the direct convolution.
static inline size_t ckernels_outputs_per_panel(size_t out_channels) {
    return out_channels <= PANEL / 2 ? PANEL / out_channels : 1;
}

/// The window of one output: its first row and column in the map, and the range of its columns that lie in the map.
struct ckernels_window {
    ptrdiff_t top, left;
    size_t from, to;
};

static inline struct ckernels_window ckernels_window_of(const struct ckernels_convolution_geometry *g, size_t row,
                                                        size_t column) {
    struct ckernels_window window;
    window.top = (ptrdiff_t)(row * g->stride) - (ptrdiff_t)g->pad_top;
    window.left = (ptrdiff_t)(column * g->stride) - (ptrdiff_t)g->pad_left;
    ptrdiff_t right = (ptrdiff_t)g->width - window.left;
    window.from = window.left < 0 ? (size_t)-window.left : 0;
    window.to = (ptrdiff_t)g->kernel_width > right ? (size_t)right : g->kernel_width;
    return window;
}

#endif
