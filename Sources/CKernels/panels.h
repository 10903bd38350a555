#ifndef CKERNELS_PANELS_H
#define CKERNELS_PANELS_H

#include <stddef.h>

// Needs: nothing.
// Gives: the extents of panels, the destination of a product.

enum { PANEL = 16 };   // columns that lie together in a prepared matrix or kernel
enum { INNER = 256 };  // terms of a sum at a time, whose factors stay in cache

/// Rows of floats, `row_stride` apart, that a product is written to: out = factor·(a·b), or factor·(out + a·b) if it is
/// to accumulate.
struct ckernels_destination {
    float *values;
    size_t row_stride;
    float factor;
    int accumulate;
};

#endif
