// The direct convolution of any channels for one instruction set.
//
// Needs: foreach_target.h's macros, simd-inl.h.
// Gives: direct_rows.

#include "convolution.h"

/// One row of the input as the outputs see it: from column `left` on, `count` pixels.
INLINE void NAME(input_row)(const struct ckernels_convolution *job, ptrdiff_t y, size_t count, float *row) {
    size_t channels = job->channels, bytes = (channels + 7) / 8;
    // The columns of the row that the input has.
    ptrdiff_t from = job->left < 0 ? -job->left : 0, to = (ptrdiff_t)job->width - job->left;
    if (to > (ptrdiff_t)count) to = (ptrdiff_t)count;
    if (y < 0 || y >= (ptrdiff_t)job->height || from >= to) from = to = 0;
    for (ptrdiff_t j = 0; j < (ptrdiff_t)count; j++) {
        if (from <= j && j < to) continue;
        const float *p = ckernels_halo_pixel(job, y, job->left + j);
        for (size_t c = 0; c < channels; c++) row[(size_t)j * channels + c] = p ? p[c] : 0;
    }
    if (from == to) return;
    size_t before = job->doubled ? (size_t)(y / 2) * (job->width / 2) : (size_t)y * job->width;
    const float *line = job->x + before * channels;
    if (!job->input_mask) {
        memcpy(row + (size_t)from * channels, line + (size_t)(job->left + from) * channels,
               (size_t)(to - from) * channels * sizeof *row);
        return;
    }
    const uint8_t *masks = job->input_mask + (size_t)y * job->input_mask_width * bytes;
    for (ptrdiff_t j = from; j < to; j++) {
        size_t x = (size_t)(job->left + j), c = 0;
        const float *p = line + (job->doubled ? x / 2 : x) * channels;
        const uint8_t *mask = masks + x * bytes;
        float *out = row + (size_t)j * channels;
        for (; c + PANEL <= channels; c += PANEL)
            for (size_t k = c; k < c + PANEL; k += LANES) *(VF *)(out + k) = NAME(masked)(p + k, mask, k);
        for (; c < channels; c++) out[c] = mask[c / 8] >> (c % 8) & 1 ? p[c] : 0;
    }
}

/// One row of sums, `panels`·16 floats for each group of outputs.
INLINE void NAME(sum_row)(const struct ckernels_convolution *job, const float *const rows[3], size_t groups,
                          size_t group, float *sums) {
    size_t channels = job->channels, panels = (job->out_channels * group + PANEL - 1) / PANEL;
    size_t inner = (group + 2) * channels, stride = group * channels;
    for (size_t n = 0; n < panels; n++)
        for (size_t g = 0; g < groups; g += MR)
            for (size_t k = 0; k < 3; k++) {
                const float *panel = job->kernel + (n * 3 + k) * inner * PANEL;
                struct ckernels_matrix left = {rows[k] + g * stride, stride, 1, MR, inner};
                NAME(tile)(left, (struct ckernels_matrix){panel, PANEL, 1, inner, PANEL},
                           (struct ckernels_destination){sums + (g * panels + n) * PANEL, panels * PANEL, 1, k > 0},
                           MR);
            }
}

/// gain·sum + bias of one row of outputs, rectified as the job says, from rows `stride` floats a pixel to rows of
/// `y_stride`; y may be `sums`.
INLINE void NAME(finish_row)(const struct ckernels_convolution *job, const float *sums, size_t stride, float *y,
                             size_t y_stride, uint8_t *bits) {
    size_t channels = job->out_channels, bytes = (channels + 7) / 8;
    VF gain = job->gain - (VF){0};
    for (size_t j = 0; j < job->out_width; j++, sums += stride, y += y_stride) {
        size_t c = 0;
        for (; c + PANEL <= channels; c += PANEL)
            for (size_t k = c; k < c + PANEL; k += LANES) {
                VF v = NAME(fma)(*(const VF *)(sums + k), gain, job->bias ? *(const VF *)(job->bias + k) : (VF){0});
                VI positive;
                if (job->rectifies) v = NAME(rectified)(v, &positive);
                if (job->rectifies && bits) NAME(store_bits)(positive, bits + j * bytes, k);
                *(VF *)(y + k) = v;
            }
        for (; c < channels; c++) {
            float v = NAME(fma)(sums[c] - (VF){0}, gain, (job->bias ? job->bias[c] : 0) - (VF){0})[0];
            int positive = !(v <= 0);
            y[c] = job->rectifies && !positive ? 0 : v;
            if (!job->rectifies || !bits) continue;
            if (c % 8 == 0) bits[j * bytes + c / 8] = 0;
            bits[j * bytes + c / 8] |= (uint8_t)(positive << (c % 8));
        }
    }
}

/// Two finished rows to one of the output, pooled.
INLINE void NAME(pool_rows)(const struct ckernels_convolution *job, const float *top, const float *bottom,
                            size_t stride, uint8_t *top_bits, uint8_t *bottom_bits, float *y) {
    size_t channels = job->out_channels, bytes = (channels + 7) / 8;
    for (size_t j = 0; j < job->out_width / 2; j++)
        for (size_t c = 0; c < channels; c++) {
            const float *t = top + 2 * j * stride + c, *b = bottom + 2 * j * stride + c;
            float v[4] = {t[0], t[stride], b[0], b[stride]};
            if (job->pooling == CKERNELS_AVERAGE) {
                y[j * channels + c] = 0.25f * ((v[0] + v[1]) + (v[2] + v[3]));
                continue;
            }
            int best = 0;
            for (int k = 1; k < 4; k++)
                if (v[k] > v[best]) best = k;
            y[j * channels + c] = v[best];
            if (!top_bits) continue;
            for (int k = 0; k < 4; k++)
                if (k != best)
                    (k < 2 ? top_bits : bottom_bits)[(2 * j + (size_t)(k & 1)) * bytes + c / 8] &=
                        (uint8_t)~(1u << (c % 8));
        }
}

TARGET static void NAME(direct_rows)(const struct ckernels_convolution *job, size_t first, size_t last,
                                     float *scratch) {
    size_t channels = job->channels, n = job->out_channels, width = job->out_width;
    size_t group = ckernels_outputs_per_panel(n), groups = ((width + group - 1) / group + MR - 1) / MR * MR;
    size_t count = groups * group + 2, stride = group > 1 ? n : (n + PANEL - 1) / PANEL * PANEL;
    size_t line = (group > 1 ? groups : groups * ((n + PANEL - 1) / PANEL)) * PANEL;
    size_t bytes = (n + 7) / 8;
    float *lines[3] = {scratch, scratch + count * channels, scratch + 2 * count * channels};
    float *sums[2] = {scratch + 3 * count * channels, scratch + 3 * count * channels + line};
    for (size_t k = 0; k < 2; k++)
        NAME(input_row)(job, (ptrdiff_t)(first + k) + job->top, count, lines[(first + k) % 3]);
    for (size_t i = first; i < last; i++) {
        NAME(input_row)(job, (ptrdiff_t)(i + 2) + job->top, count, lines[(i + 2) % 3]);
        const float *rows[3] = {lines[i % 3], lines[(i + 1) % 3], lines[(i + 2) % 3]};
        float *sum = sums[i % 2];
        uint8_t *bits = job->output_mask ? job->output_mask + i * width * bytes : 0;
        NAME(sum_row)(job, rows, groups, group, sum);
        if (group > 1)  // 16 lanes of which the last are empty: closed up
            for (size_t g = 1; g < groups; g++) {
                VF lanes[PANEL / LANES];
                memcpy(lanes, sum + g * PANEL, sizeof lanes);
                memcpy(sum + g * group * n, lanes, sizeof lanes);
            }
        if (job->pooling != CKERNELS_NONE) {
            NAME(finish_row)(job, sum, stride, sum, stride, bits);
            if (i % 2 == 1)
                NAME(pool_rows)(job, sums[0], sum, stride, bits ? bits - width * bytes : 0, bits,
                                job->y + i / 2 * (width / 2) * n);
            continue;
        }
        float *y = job->y + i * width * n;
        if (!job->rectifies && !job->bias && stride == n)
            for (size_t k = 0; k < width * n; k++) y[k] = job->gain * sum[k];
        else NAME(finish_row)(job, sum, stride, y, n, bits);
    }
}
