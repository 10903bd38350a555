// 3×3 convolutions of stride 1 by Winograd's F(4×4, 3×3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural
// Networks", CVPR 2016), for channel counts that are multiples of 16: 16 outputs for 36 products instead of 144.
//
//   Bᵀ = 4  0 −5  0  1  0    G = 1/4    0    0     Aᵀ = 1  1  1  1  1  0
//        0 −4 −4  1  1  0       −1/6 −1/6 −1/6          0  1 −1  2 −2  0
//        0  4 −4 −1  1  0       −1/6  1/6 −1/6          0  1  1  4  4  0
//        0 −2 −1  2  1  0       1/24 1/12  1/6          0  1 −1  8 −8  1
//        0  2 −1 −2  1  0       1/24 −1/12 1/6
//        0  4  0 −5  0  1          0    0    1
//
// 6×6 input tiles are transformed to V[36][tile][channel] = Bᵀ·d·B, multiplied at each of the 36 positions by the
// transformed kernel U[36][out/16][channel][16] = G·k·Gᵀ, and the products M[36][tile][out] transformed to 4×4 outputs
// Aᵀ·M·A, vectorised over channels.  Bias, ReLU and pooling are applied while a tile is in registers.

#define KERNEL_SOURCE "winograd-inl.h"
#include "foreach_target.h"

size_t ckernels_winograd_tiles(const struct ckernels_convolution *job) {
    return (job->out_height + 3) / 4 * ((job->out_width + 3) / 4);
}

size_t ckernels_winograd_step(size_t tiles, size_t channels) {
    // Rounded up to a multiple of every MR above, which is 48; and a line more than needed between positions, as powers
    // of two would all fall into the same cache sets.
    return (tiles + 47) / 48 * 48 * channels + 16;
}

void ckernels_winograd_input(const struct ckernels_convolution *job, size_t first, size_t last, float *v, size_t step) {
    SELECT(job->level, winograd_input)(job, first, last, v, step);
}

void ckernels_winograd_products(const struct ckernels_convolution *job, size_t tiles, size_t first, size_t last,
                                const float *v, size_t v_step, float *m, size_t m_step) {
    SELECT(job->level, winograd_products)(job, tiles, first, last, v, v_step, m, m_step);
}

void ckernels_winograd_output(const struct ckernels_convolution *job, size_t first, size_t last, const float *m,
                              size_t step) {
    SELECT(job->level, winograd_output)(job, first, last, m, step);
}

void ckernels_winograd_block(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch) {
    size_t count = last - first;
    size_t v_step = ckernels_winograd_step(count, job->channels);
    size_t m_step = ckernels_winograd_step(count, job->out_channels);
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
    for (size_t c = first; c < last; c++)
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
