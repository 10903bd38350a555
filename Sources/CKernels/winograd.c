// Winograd's F(4×4, 3×3) for convolutions (Lavin and Gray 2016): 16 outputs for 36 products instead of 144.
//
//   Bᵀ = 4  0 −5  0  1  0    G = 1/4    0    0     Aᵀ = 1  1  1  1  1  0
//        0 −4 −4  1  1  0       −1/6 −1/6 −1/6          0  1 −1  2 −2  0
//        0  4 −4 −1  1  0       −1/6  1/6 −1/6          0  1  1  4  4  0
//        0 −2 −1  2  1  0       1/24 1/12  1/6          0  1 −1  8 −8  1
//        0  2 −1 −2  1  0       1/24 −1/12 1/6
//        0  4  0 −5  0  1          0    0    1
//
// A block of 6×6 input tiles is transformed to V[36][tile][channel], multiplied at each of the 36 positions by the
// transformed kernel U[36][out/16][channel][16], and M[36][tile][out] transformed to 4×4 outputs.  A block is small
// enough to stay in the second-level cache; everything is vectorised over channels.

#include "CKernels.h"

#include <string.h>

enum { PANEL = 16 };  // output channels that lie together in U; the out and in channels are multiples of it

#if defined(__x86_64__)

#define NAME(x) winograd_avx512_##x
// Without the width, 512-bit vectors would be split in two.
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define LANES 16
#define MR 16
#include "winograd.h"
#undef NAME
#undef TARGET
#undef LANES
#undef MR

#define NAME(x) winograd_avx2_##x
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LANES 8
#define MR 6
#include "winograd.h"
#undef NAME
#undef TARGET
#undef LANES
#undef MR

#endif

#define NAME(x) winograd_baseline_##x
#define TARGET
#define LANES 4
#define MR 3
#include "winograd.h"
#undef NAME
#undef TARGET
#undef LANES
#undef MR

size_t ckernels_winograd_scratch(const struct ckernels_winograd *job, size_t tiles) {
    // Rounded up to a multiple of every MR above, which is 48.
    return 36 * ((tiles + 47) / 48 * 48 * (job->channels + job->out_channels) + 32);
}

void ckernels_winograd_tiles(const struct ckernels_winograd *job, const float *x, const float *u, const float *bias,
                             float *y, size_t first, size_t last, float *scratch, int level) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (level >= 2 && __builtin_cpu_supports("x86-64-v4")) {
        winograd_avx512_tiles(job, x, u, bias, y, first, last, scratch);
        return;
    }
    if (level >= 1 && __builtin_cpu_supports("x86-64-v3")) {
        winograd_avx2_tiles(job, x, u, bias, y, first, last, scratch);
        return;
    }
#endif
    (void)level;
    winograd_baseline_tiles(job, x, u, bias, y, first, last, scratch);
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
