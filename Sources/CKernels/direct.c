// 3×3 convolutions of stride 1 as plain sums, for any channels: a row of outputs is the product of three rows of
// inputs, each seen as overlapping patches of 3·channels values, with the kernel's rows.  Few output channels share a
// panel of 16: five neighbouring pixels of three channels take as long as fifteen channels.

#define KERNEL_SOURCE "direct-inl.h"
#include "foreach_target.h"

size_t ckernels_direct_kernel_count(size_t channels, size_t out_channels) {
    size_t group = ckernels_outputs_per_panel(out_channels);
    return (out_channels * group + PANEL - 1) / PANEL * 3 * (group + 2) * channels * PANEL;
}

void ckernels_direct_kernel(const float *kernel, size_t channels, size_t out_channels, float *u) {
    size_t group = ckernels_outputs_per_panel(out_channels), inner = (group + 2) * channels;
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
    size_t n = job->out_channels, group = ckernels_outputs_per_panel(n);
    size_t groups = ((job->out_width + group - 1) / group + 47) / 48 * 48;
    return 3 * (groups * group + 2) * job->channels + 2 * groups * ((group * n + PANEL - 1) / PANEL) * PANEL;
}

void ckernels_direct_rows(const struct ckernels_convolution *job, size_t first, size_t last, float *scratch) {
    SELECT(job->level, direct_rows)(job, first, last, scratch);
}
