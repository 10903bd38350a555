#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The hot loops.  One source, compiled for several instruction sets and picked when the program starts.
// Pictures and features are channels last: H×W×C, row-major float.

/// max(x, 0) in place; not-a-number stays.  Bit i of `bits` says whether x[i] is left; `bits` holds (n + 7) / 8 bytes.
void ckernels_relu_forward(float *x, uint8_t *bits, size_t n);

/// Gradient of the above, in place: dy[i] stays where bit i is set, and is 0 elsewhere.
void ckernels_relu_backward(float *dy, const uint8_t *bits, size_t n);

/// One row of 2×2 max pooling, stride 2: rows `top` and `bottom` of 2·width pixels to `width` pixels.
/// `choice` gets two bits a value, four values a byte, (channels + 3) / 4 bytes a pixel: 0 top left, 1 top right,
/// 2 bottom left, 3 bottom right; the first of equals wins.
void ckernels_max_pool_row(const float *top, const float *bottom, float *out, uint8_t *choice, size_t width,
                           size_t channels);

/// Gradient of the above: `dtop` and `dbottom` (2·width pixels each) are overwritten.
void ckernels_max_pool_row_backward(const float *dout, const uint8_t *choice, float *dtop, float *dbottom,
                                    size_t width, size_t channels);

/// One row of 2×2 average pooling, stride 2.
void ckernels_average_pool_row(const float *top, const float *bottom, float *out, size_t width, size_t channels);

/// Gradient of the above: one row of 2·width pixels (the two rows are alike).
void ckernels_average_pool_row_backward(const float *dout, float *din, size_t width, size_t channels);

/// Patches as rows of a matrix: for output pixels first ..< last (flat index in a picture `outWidth` wide) of a
/// stride-1 convolution with `kernel`×`kernel` taps and `padding` zeros around, row p holds
/// [ky][kx][c] = x(y + ky − padding, x + kx − padding, c).  `out` has (last − first)·kernel²·channels values.
void ckernels_im2col(const float *x, size_t height, size_t width, size_t channels, size_t kernel, size_t padding,
                     size_t out_width, size_t first, size_t last, float *out);

/// out[i] = scale[i]·Σ_k terms[k][i] for n values of `count` terms.
void ckernels_scaled_sum(const float *const *terms, size_t count, const float *scale, float *out, size_t n);

/// Σ a[i]·b[i], accumulated in double.
double ckernels_dot(const float *a, const float *b, size_t n);

/// y[i] += a·x[i].
void ckernels_axpy(float a, const float *x, float *y, size_t n);

/// The indices of n values, `stride` apart, in ascending order; equal values keep their order.  `scratch` holds 3n.
/// Radix sort on the bits of the floats: three passes of 11 bits.
void ckernels_ascending_order(const float *values, size_t n, size_t stride, uint32_t *order, uint32_t *scratch);

/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3); both channel counts are multiples of 16.
struct ckernels_winograd {
    size_t height, width, channels;
    size_t padding;  // zeros around the input
    size_t out_height, out_width, out_channels;
};

/// The kernel [3][3][channels][out_channels] transformed to 36·channels·out_channels values, in panels of 16 outputs:
/// the part of the input channels first ..< last.
void ckernels_winograd_kernel(const float *kernel, size_t channels, size_t out_channels, size_t first, size_t last,
                              float *u);

/// The scratch floats that so many tiles need.
size_t ckernels_winograd_scratch(const struct ckernels_winograd *job, size_t tiles);

/// Computes the 4×4 output tiles first ..< last (raster order), adding `bias` unless it is null.
/// `level` limits the instructions: 2 up to AVX-512, 1 up to AVX2 with FMA, 0 the baseline.
void ckernels_winograd_tiles(const struct ckernels_winograd *job, const float *x, const float *u, const float *bias,
                             float *y, size_t first, size_t last, float *scratch, int level);

#endif
