// ReLU and 2×2 pooling, forward and backward.

#define KERNEL_SOURCE "activation-inl.h"
#include "foreach_target.h"

void ckernels_relu_forward(float *x, uint8_t *bits, size_t n, int level) {
    SELECT(level, relu_forward)(x, bits, n);
}

void ckernels_relu_backward(float *dy, const uint8_t *bits, size_t n, int level) {
    SELECT(level, relu_backward)(dy, bits, n);
}

void ckernels_max_pool_row(const float *top, const float *bottom, float *out, uint8_t *choice, size_t width,
                           size_t channels, int level) {
    SELECT(level, max_pool_row)(top, bottom, out, choice, width, channels);
}

void ckernels_max_pool_row_backward(const float *dout, const uint8_t *choice, float *dtop, float *dbottom, size_t width,
                                    size_t channels, int level) {
    SELECT(level, max_pool_row_backward)(dout, choice, dtop, dbottom, width, channels);
}

void ckernels_average_pool_row(const float *top, const float *bottom, float *out, size_t width, size_t channels,
                               int level) {
    SELECT(level, average_pool_row)(top, bottom, out, width, channels);
}

void ckernels_average_pool_row_backward(const float *dout, float *din, size_t width, size_t channels, int level) {
    SELECT(level, average_pool_row_backward)(dout, din, width, channels);
}
