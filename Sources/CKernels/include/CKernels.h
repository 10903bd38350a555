#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The hot loops.  One source per kernel, compiled for several instruction sets, of which one is picked at each call.
// Pictures and features are channels last: H×W×C, row-major float.

/// The instruction sets, in ascending order: the baseline, AVX2 with FMA, AVX-512.  The `level` of a kernel is the
/// highest that it may use.  All give the same bits.
enum { CKERNELS_BASELINE, CKERNELS_AVX2, CKERNELS_AVX512 };

/// The set that kernels use for a level: the highest up to it that the processor has.
int ckernels_level_within(int level);

/// A matrix in memory, of rows×columns values (i, j) at values[i·row_stride + j·column_stride].
struct ckernels_matrix {
    const float *values;
    size_t row_stride, column_stride, rows, columns;
};

/// Tells the processor that the thread is looking at a value until it changes.
static inline void ckernels_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// max(x, 0) in place; not-a-number stays.  Bit i of `bits` says whether x[i] is left; `bits` holds (n + 7) / 8 bytes.
void ckernels_relu_forward(float *x, uint8_t *bits, size_t n, int level);

/// Gradient of the above, in place: dy[i] stays where bit i is set, and is 0 elsewhere.
void ckernels_relu_backward(float *dy, const uint8_t *bits, size_t n, int level);

/// One row of 2×2 max pooling, stride 2: rows `top` and `bottom` of 2·width pixels to `width` pixels.
/// `choice` gets two bits a value, four values a byte, (channels + 3) / 4 bytes a pixel: 0 top left, 1 top right,
/// 2 bottom left, 3 bottom right; the first of equals wins.
void ckernels_max_pool_row(const float *top, const float *bottom, float *out, uint8_t *choice, size_t width,
                           size_t channels, int level);

/// Gradient of the above: `dtop` and `dbottom` (2·width pixels each) are overwritten.
void ckernels_max_pool_row_backward(const float *dout, const uint8_t *choice, float *dtop, float *dbottom,
                                    size_t width, size_t channels, int level);

/// One row of 2×2 average pooling, stride 2.
void ckernels_average_pool_row(const float *top, const float *bottom, float *out, size_t width, size_t channels,
                               int level);

/// Gradient of the above: one row of 2·width pixels (the two rows are alike).
void ckernels_average_pool_row_backward(const float *dout, float *din, size_t width, size_t channels, int level);

/// The geometry of a convolution: a map of height×width×channels with `pad_top` rows and `pad_left` columns of zeros
/// around, a kernel of kernel_height×kernel_width, `stride` pixels from one output to the next.  Several maps may lie
/// one behind the other.
struct ckernels_convolution_geometry {
    size_t height, width, channels;
    size_t kernel_height, kernel_width, stride, pad_top, pad_left;
    size_t out_height, out_width;
};

/// Patches as rows of a matrix (im2col): for the outputs first ..< last (flat index through all maps), row p holds
/// [ky][kx][c] = x(y·stride + ky − pad_top, x·stride + kx − pad_left, c).  `out` has (last − first)·kernel_height·
/// kernel_width·channels values.
void ckernels_im2col(const struct ckernels_convolution_geometry *geometry, const float *x, size_t first, size_t last,
                     float *out, int level);

/// The transpose of the above (col2im), for one map: `patches` are those of the output rows first ..< last, and each
/// value is added to the pixel that it was read from.  Rows top ..< bottom of `map` are set; the output rows must be
/// all that see any of these.
void ckernels_col2im(const struct ckernels_convolution_geometry *geometry, const float *patches, size_t first,
                     size_t last, size_t top, size_t bottom, float *map, int level);

/// The largest of scale[y·scale_stride + x]·Σ_k terms[k][y·stride + x] over rows×width positions, `count` terms;
/// `index` is the lowest y·width + x that has it.  −infinity and 0 where no value is larger than that.
float ckernels_largest_sum(const float *const *terms, size_t count, size_t stride, const float *scale,
                           size_t scale_stride, size_t rows, size_t width, size_t *index, int level);

/// Gives what malloc holds and nobody uses back to the system, as far as the system lets it.
void ckernels_trim_heap(void);

/// out[j·b_count + k] = Σ_i a[j][i]·b[k][i], accumulated in double.
void ckernels_dots(const float *const *a, size_t a_count, const float *const *b, size_t b_count, size_t n, double *out,
                   int level);

/// out[i] = Σ_k factors[k]·terms[k][i] for n values of `count` terms, one multiply-add after the other.
void ckernels_combination(const float *const *terms, const float *factors, size_t count, float *out, size_t n,
                          int level);

/// y[i] += a·x[i], each a multiply-add.
void ckernels_axpy(float a, const float *x, float *y, size_t n, int level);

/// The matrix b, of which a stride is 1, in panels of 16 columns, filled up with zeros: [columns/16][rows][16]; and the
/// number of these values.
size_t ckernels_panels_count(size_t rows, size_t columns);
void ckernels_panels(const struct ckernels_matrix *b, float *panels);

/// out = factor·(a·b), or factor·(out + a·b) if it is to accumulate, for a b of `columns` columns in panels; the rows
/// of `out` are contiguous.
///
/// Each sum runs over the inner index in its order, one multiply-add after the other.
void ckernels_product(const struct ckernels_matrix *a, const float *panels, size_t columns, float factor,
                      int accumulate, float *out, int level);

/// out = xᵀ·x of columns×columns for x of rows×columns, summed in the order of the rows.
void ckernels_column_products(const float *x, size_t rows, size_t columns, float *out, int level);

/// The indices of n values in ascending order; equal values keep their order.  `scratch` holds 3n.
/// Radix sort on the bits of the floats: three passes of 11 bits.
void ckernels_ascending_order(const float *values, size_t n, uint32_t *order, uint32_t *scratch);

/// The colours of a palette in groups, and how far a shift sees beyond the nearest colour.
enum { CKERNELS_PALETTE_GROUP = 16, CKERNELS_PALETTE_REACH = 24 };

/// Colours with weights, in groups that should be compact: [groups][4][16] of three coordinates and the weight, above 0
/// but for those that fill up the last group.  Their bounding boxes: the least and the largest of the first coordinate,
/// and so on, [6][the groups, filled up to a multiple of 16].
struct ckernels_palette {
    const float *colors, *boxes;
    size_t groups;  // at least 1
};

/// One step of mean shift of a colour y (three coordinates): y += Σ k·(u − y) / Σ k over the palette's colours u of
/// weight w, k = w·2^(d − |u − y|²), d the least |u − y|².  Groups all of whose k/w are below 2^−24 are left out.
/// `scratch` holds a value a group, filled up to a multiple of 16.
void ckernels_mean_shift(const struct ckernels_palette *palette, float *color, float *scratch, int level);

enum { CKERNELS_NONE, CKERNELS_AVERAGE, CKERNELS_MAX };

/// A constant map of height×width pixels around a convolution's input, whose first pixel lies at row `top` and column
/// `left` of it.  Its rows are stored without the pixels that the input covers; beyond it there are zeros.
struct ckernels_halo {
    const float *values;  // or null: zeros all around
    ptrdiff_t top, left;
    size_t height, width;
};

/// One direction of a 3×3 convolution of stride 1 with frozen weights, with what surrounds it in a network.
///
/// Forward: y = pool(max(gain·(k ∗ x) + bias, 0)), and its activation mask: a bit for each value before the pooling, 1
/// where the gradient passes.  Backward: y = gain·(k ∗ g), g the gradient where it passes.
struct ckernels_convolution {
    // The input, height×width×channels.  If `doubled`, x holds (height/2)×(width/2) pixels that stand for 2×2 each.
    const float *x;
    size_t height, width, channels;
    int doubled;
    // The input's activation mask, (channels + 7)/8 bytes a pixel, `input_mask_width` pixels a row; or null.
    const uint8_t *input_mask;
    size_t input_mask_width;
    struct ckernels_halo halo;
    // The output's extent before pooling, and where in the input the window of its first value begins: at −1, −1 for a
    // padding of one.
    ptrdiff_t top, left;
    size_t out_height, out_width, out_channels;
    // The kernel as one of the functions below prepared it.
    const float *kernel;
    const float *bias;  // or null
    float gain;
    int rectifies;
    int pooling;           // CKERNELS_…; an odd last row and column are dropped
    uint8_t *output_mask;  // out_height×out_width pixels of (out_channels + 7)/8 bytes; or null, as if not rectified
    float *y;
    int level;
};

/// Winograd's convolution: both channel counts are multiples of 16.  The kernel [3][3][channels][out_channels]
/// transformed to 36·channels·out_channels values: the part of the input channels first ..< last.
void ckernels_winograd_kernel(const float *kernel, size_t channels, size_t out_channels, size_t first, size_t last,
                              float *u);

/// The 4×4 tiles of the output.
size_t ckernels_winograd_tiles(const struct ckernels_convolution *job);

/// The floats from one of the 36 positions to the next for so many tiles.
size_t ckernels_winograd_step(size_t tiles, size_t channels);

/// The three steps for a block of tiles: inputs of the tiles first ..< last to v (36 steps), the products first ..<
/// last of 36·out_channels/16 for so many tiles from v to m, and m to the outputs of the tiles first ..< last.
void ckernels_winograd_input(const struct ckernels_convolution *job, size_t first, size_t last, float *v, size_t step);
void ckernels_winograd_products(const struct ckernels_convolution *job, size_t tiles, size_t first, size_t last,
                                const float *v, size_t v_step, float *m, size_t m_step);
void ckernels_winograd_output(const struct ckernels_convolution *job, size_t first, size_t last, const float *m,
                              size_t step);

/// All three; `scratch` holds 36 steps for the channels and 36 for the output channels.
void ckernels_winograd_block(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch);

/// The direct convolution, any channels: the size of the prepared kernel, its preparation, the floats of scratch
/// memory, and the output rows first ..< last, of which `first` is even if the job pools.
size_t ckernels_direct_kernel_count(size_t channels, size_t out_channels);
void ckernels_direct_kernel(const float *kernel, size_t channels, size_t out_channels, float *u);
size_t ckernels_direct_scratch(const struct ckernels_convolution *job);
void ckernels_direct_rows(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch);

/// The nearest of `count` patches to `patch`, all of side×side pixels of 8 floats: the index of the least
/// penalties[k] + Σ (patch − candidates[k])² below *cost, the first of equals, and that value in *cost; −1 if there is
/// none.  Rows of pixels are `stride` and `candidate_stride` floats apart.
int ckernels_nearest_patch(const float *patch, size_t stride, const float *const *candidates, size_t candidate_stride,
                           const float *penalties, size_t count, size_t side, float *cost, int level);

#endif
