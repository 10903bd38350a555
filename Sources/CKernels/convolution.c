// 3×3 convolutions of stride 1 with what surrounds them in a frozen network: constant borders, bias, ReLU and pooling
// forward; the ReLU's and the pooling's gradient backward.  Each value is touched while it is in cache.
//
// Where both channel counts are multiples of 16, by Winograd's F(4×4, 3×3) (Lavin and Gray 2016): 16 outputs for 36
// products instead of 144.
//
//   Bᵀ = 4  0 −5  0  1  0    G = 1/4    0    0     Aᵀ = 1  1  1  1  1  0
//        0 −4 −4  1  1  0       −1/6 −1/6 −1/6          0  1 −1  2 −2  0
//        0  4 −4 −1  1  0       −1/6  1/6 −1/6          0  1  1  4  4  0
//        0 −2 −1  2  1  0       1/24 1/12  1/6          0  1 −1  8 −8  1
//        0  2 −1 −2  1  0       1/24 −1/12 1/6
//        0  4  0 −5  0  1          0    0    1
//
// 6×6 input tiles are transformed to V[36][tile][channel], multiplied at each of the 36 positions by the transformed
// kernel U[36][out/16][channel][16], and M[36][tile][out] transformed to 4×4 outputs, vectorised over channels.
//
// All others, by the plain sum: a row of outputs is the product of three rows of inputs, each seen as overlapping
// patches of 3·channels values, with the kernel's rows.  Few output channels share a panel of 16: five neighbouring
// pixels of three channels are as good as fifteen channels.

#include "CKernels.h"
#include "dispatch.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { PANEL = 16 };  // outputs that lie together in a prepared kernel

/// The pixel of the constant surround at (y, x) of the input, which does not hold it; null for zeros.
static const float *around(const struct ckernels_convolution *job, ptrdiff_t y, ptrdiff_t x) {
    if (!job->surround) return 0;
    ptrdiff_t row = y + job->above, column = x + job->before;
    if (row < 0 || column < 0 || row >= (ptrdiff_t)job->outer_height || column >= (ptrdiff_t)job->outer_width)
        return 0;
    ptrdiff_t covered = y < 0 ? 0 : y < (ptrdiff_t)job->height ? y : (ptrdiff_t)job->height;
    if (y >= 0 && y < (ptrdiff_t)job->height && x >= (ptrdiff_t)job->width) covered++;
    ptrdiff_t pixel = row * (ptrdiff_t)job->outer_width + column - covered * (ptrdiff_t)job->width;
    return job->surround + pixel * (ptrdiff_t)job->channels;
}

/// The neighbouring outputs that share a panel in the plain sum.
static size_t group_of(size_t out_channels) { return out_channels <= PANEL / 2 ? PANEL / out_channels : 1; }

#if defined(__x86_64__)

#define NAME(x) avx512_##x
// Without the width, 512-bit vectors would be split in two.
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define LANES 16
#define FUSED 1
#define MR 16
#include "simd.h"
#include "winograd.h"
#include "direct.h"
#include "undefine.h"

#define NAME(x) avx2_##x
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LANES 8
#define FUSED 1
#define MR 6
#include "simd.h"
#include "winograd.h"
#include "direct.h"
#include "undefine.h"

#define BASELINE_MR 3
#define BASELINE_FUSED 0

#else

// arm64: 32 registers.
#define BASELINE_MR 6
#define BASELINE_FUSED 1

#endif

#define NAME(x) baseline_##x
#define TARGET
#define LANES 4
#define FUSED BASELINE_FUSED
#define MR BASELINE_MR
#include "simd.h"
#include "winograd.h"
#include "direct.h"
#include "undefine.h"

size_t ckernels_winograd_tiles(const struct ckernels_convolution *job) {
    return (job->out_height + 3) / 4 * ((job->out_width + 3) / 4);
}

size_t ckernels_winograd_step(size_t tiles, size_t channels) {
    // Rounded up to a multiple of every MR above, which is 48; and a line more than needed between positions, as powers
    // of two would all fall into the same cache sets.
    return (tiles + 47) / 48 * 48 * channels + 16;
}

void ckernels_winograd_input(const struct ckernels_convolution *job, size_t first, size_t last, float *v, size_t step) {
    PICK(job->level, winograd_input, job, first, last, v, step);
}

void ckernels_winograd_products(const struct ckernels_convolution *job, size_t tiles, size_t first, size_t last,
                                const float *v, size_t v_step, float *m, size_t m_step) {
    PICK(job->level, winograd_products, job, tiles, first, last, v, v_step, m, m_step);
}

void ckernels_winograd_output(const struct ckernels_convolution *job, size_t first, size_t last, const float *m,
                              size_t step) {
    PICK(job->level, winograd_output, job, first, last, m, step);
}

void ckernels_winograd_block(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch) {
    size_t count = last - first;
    size_t v_step = ckernels_winograd_step(count, job->channels), m_step = ckernels_winograd_step(count, job->out_channels);
    float *m = scratch + 36 * v_step;
    ckernels_winograd_input(job, first, last, scratch, v_step);
    ckernels_winograd_products(job, count, 0, 36 * (job->out_channels / PANEL), scratch, v_step, m, m_step);
    ckernels_winograd_output(job, first, last, m, m_step);
}

void ckernels_winograd_kernel(const float *kernel, size_t channels, size_t out_channels, size_t first, size_t last,
                              float *u) {
    static const float g[6][3] = {{1 / 4.0f, 0, 0},
                                  {-1 / 6.0f, -1 / 6.0f, -1 / 6.0f},
                                  {-1 / 6.0f, 1 / 6.0f, -1 / 6.0f},
                                  {1 / 24.0f, 1 / 12.0f, 1 / 6.0f},
                                  {1 / 24.0f, -1 / 12.0f, 1 / 6.0f},
                                  {0, 0, 1}};
    for (size_t c = first; c < last; c++) {
        for (size_t n = 0; n < out_channels; n++) {
            float half[6][3];
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 3; j++) {
                    half[i][j] = 0;
                    for (int k = 0; k < 3; k++)
                        half[i][j] += g[i][k] * kernel[((size_t)(3 * k + j) * channels + c) * out_channels + n];
                }
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 6; j++) {
                    float sum = 0;
                    for (int k = 0; k < 3; k++) sum += half[i][k] * g[j][k];
                    size_t panel = n / PANEL * PANEL;
                    u[((size_t)(6 * i + j) * out_channels + panel) * channels + c * PANEL + n % PANEL] = sum;
                }
        }
    }
}

size_t ckernels_direct_kernel_count(size_t channels, size_t out_channels) {
    size_t group = group_of(out_channels);
    return (out_channels * group + PANEL - 1) / PANEL * 3 * (group + 2) * channels * PANEL;
}

void ckernels_direct_kernel(const float *kernel, size_t channels, size_t out_channels, float *u) {
    size_t group = group_of(out_channels), inner = (group + 2) * channels;
    memset(u, 0, ckernels_direct_kernel_count(channels, out_channels) * sizeof *u);
    for (size_t q = 0; q < group; q++)
        for (size_t n = 0; n < out_channels; n++) {
            size_t lane = q * out_channels + n;
            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 3; j++)
                    for (size_t c = 0; c < channels; c++)
                        u[((lane / PANEL * 3 + i) * inner + (q + j) * channels + c) * PANEL + lane % PANEL] =
                            kernel[((3 * i + j) * channels + c) * out_channels + n];
        }
}

size_t ckernels_direct_scratch(const struct ckernels_convolution *job) {
    // Groups are rounded up to a multiple of every MR.
    size_t n = job->out_channels, group = group_of(n);
    size_t groups = ((job->out_width + group - 1) / group + 47) / 48 * 48;
    return 3 * (groups * group + 2) * job->channels + 2 * groups * ((group * n + PANEL - 1) / PANEL) * PANEL;
}

void ckernels_direct_rows(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch) {
    PICK(job->level, direct, job, first, last, scratch);
}
