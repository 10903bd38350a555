// Winograd's convolution for one instruction set; the matrices are in winograd.c.
//
// Needs: foreach_target.h's macros, simd-inl.h.
// Gives: winograd_input, winograd_products, winograd_output.

#include "convolution.h"

/// One line of Bᵀ·d: six values to six.
INLINE void NAME(input_line)(VF d0, VF d1, VF d2, VF d3, VF d4, VF d5, VF *out, size_t stride) {
    VF a = NAME(scaled_sum)(-4, d2, d4), b = NAME(scaled_sum)(-4, d1, d3), c = d4 - d2, e = 2.0f * (d3 - d1);
    out[0] = NAME(scaled_sum)(4, d0, -5.0f * d2) + d4;
    out[stride] = a + b;
    out[2 * stride] = a - b;
    out[3 * stride] = c + e;
    out[4 * stride] = c - e;
    out[5 * stride] = NAME(scaled_sum)(4, d1, -5.0f * d3) + d5;
}

/// One line of Aᵀ·m: six values to four.
INLINE void NAME(output_line)(VF m0, VF m1, VF m2, VF m3, VF m4, VF m5, VF *out, size_t stride) {
    VF a = m1 + m2, b = m1 - m2, c = m3 + m4, d = m3 - m4;
    out[0] = m0 + a + c;
    out[stride] = NAME(scaled_sum)(2, d, b);
    out[2 * stride] = NAME(scaled_sum)(4, c, a);
    out[3 * stride] = NAME(scaled_sum)(8, d, b) + m5;
}

/// V = Bᵀ·d·B of 6×6 pixels for every channel, `step` floats from one of the 36 positions of V to the next.  Pixel (i,
/// j) begins at rows[i] + columns[j], and, if `masked`, its bits at mask_rows[i] + mask_columns[j].
INLINE void NAME(transform)(const float *const rows[6], const ptrdiff_t columns[6], const uint8_t *const mask_rows[6],
                            const ptrdiff_t mask_columns[6], size_t channels, float *v, size_t step, const int masked) {
    for (size_t c = 0; c < channels; c += LANES) {
        VF lines[36], d[6];
#pragma clang loop unroll(full)
        for (int j = 0; j < 6; j++) {
#pragma clang loop unroll(full)
            for (int i = 0; i < 6; i++) {
                const float *p = rows[i] + columns[j] + c;
                d[i] = masked ? NAME(masked)(p, mask_rows[i] + mask_columns[j], c) : *(const VF *)p;
            }
            NAME(input_line)(d[0], d[1], d[2], d[3], d[4], d[5], lines + j, 6);
        }
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 6; i++) {
            VF row[6], *in = lines + 6 * i;
            NAME(input_line)(in[0], in[1], in[2], in[3], in[4], in[5], row, 1);
#pragma clang loop unroll(full)
            for (size_t j = 0; j < 6; j++) *(VF *)(v + (6 * i + j) * step + c) = row[j];
        }
    }
}

/// The tile from (top, left), of which some pixels lie outside of the input: all are copied to one place first.
TARGET static void NAME(border_tile)(const struct ckernels_convolution *job, ptrdiff_t top, ptrdiff_t left, float *v,
                                     size_t step) {
    size_t channels = job->channels, bytes = channels / 8;
    ptrdiff_t height = (ptrdiff_t)job->height, width = (ptrdiff_t)job->width;
    for (size_t c = 0; c < channels; c += PANEL) {
        float pixels[36 * PANEL];
        const float *rows[6];
        ptrdiff_t columns[6];
        for (ptrdiff_t i = 0; i < 6; i++) {
            rows[i] = pixels + 6 * PANEL * i;
            columns[i] = PANEL * i;
            for (ptrdiff_t j = 0; j < 6; j++) {
                ptrdiff_t y = top + i, x = left + j;
                float *out = pixels + PANEL * (6 * i + j);
                if (y < 0 || x < 0 || y >= height || x >= width) {
                    const float *p = ckernels_halo_pixel(job, y, x);
                    if (p) memcpy(out, p + c, PANEL * sizeof *out);
                    else memset(out, 0, PANEL * sizeof *out);
                    continue;
                }
                const float *p =
                    job->x + (ptrdiff_t)channels * (job->doubled ? y / 2 * (width / 2) + x / 2 : y * width + x);
                const uint8_t *mask = job->input_mask;
                if (mask) mask += ((size_t)y * job->input_mask_width + (size_t)x) * bytes;
                for (size_t k = 0; k < PANEL; k += LANES)
                    *(VF *)(out + k) = mask ? NAME(masked)(p + c + k, mask, c + k) : *(const VF *)(p + c + k);
            }
        }
        NAME(transform)(rows, columns, 0, columns, PANEL, v + c, step, 0);
    }
}

/// The tile from (top, left).  `masked` and `doubled` are constants where this is inlined: whether the input has a
/// mask, and whether it is of half the resolution.
INLINE void NAME(input_tile)(const struct ckernels_convolution *job, ptrdiff_t top, ptrdiff_t left, float *v,
                             size_t step, const int masked, const int doubled) {
    ptrdiff_t channels = (ptrdiff_t)job->channels, width = (ptrdiff_t)job->width;
    if (top < 0 || left < 0 || top + 6 > (ptrdiff_t)job->height || left + 6 > width) {
        NAME(border_tile)(job, top, left, v, step);
        return;
    }
    const float *rows[6];
    const uint8_t *mask_rows[6];
    ptrdiff_t columns[6], mask_columns[6];
    for (ptrdiff_t i = 0; i < 6; i++) {
        rows[i] = job->x + (doubled ? (top + i) / 2 * (width / 2) : (top + i) * width) * channels;
        columns[i] = (doubled ? (left + i) / 2 : left + i) * channels;
        mask_rows[i] = masked ? job->input_mask + (top + i) * (ptrdiff_t)job->input_mask_width * (channels / 8) : 0;
        mask_columns[i] = (left + i) * (channels / 8);
    }
    NAME(transform)(rows, columns, mask_rows, mask_columns, (size_t)channels, v, step, masked);
}

TARGET static void NAME(winograd_input)(const struct ckernels_convolution *job, size_t first, size_t last, float *v,
                                        size_t step) {
    size_t across = (job->out_width + 3) / 4;
    for (size_t tile = first; tile < last; tile++, v += job->channels) {
        ptrdiff_t top = (ptrdiff_t)(tile / across * 4) + job->top, left = (ptrdiff_t)(tile % across * 4) + job->left;
        if (!job->input_mask) NAME(input_tile)(job, top, left, v, step, 0, 0);
        else if (job->doubled) NAME(input_tile)(job, top, left, v, step, 1, 1);
        else NAME(input_tile)(job, top, left, v, step, 1, 0);
    }
}

TARGET static void NAME(winograd_products)(const struct ckernels_convolution *job, size_t tiles, size_t first,
                                           size_t last, const float *v, size_t v_step, float *m, size_t m_step) {
    size_t channels = job->channels, panels = job->out_channels / PANEL;
    for (size_t product = first; product < last; product++) {
        size_t position = product / panels, n = product % panels * PANEL;
        struct ckernels_matrix tile = {v + position * v_step, channels, 1, MR, channels};
        const float *kernel = job->kernel + (position * job->out_channels + n) * channels;
        struct ckernels_matrix panel = {kernel, PANEL, 1, channels, PANEL};
        struct ckernels_destination out = {m + position * m_step + n, job->out_channels, .factor = 1};
        for (size_t t = 0; t < tiles; t += MR) {
            NAME(tile)(tile, panel, out, MR);
            tile.values += MR * tile.row_stride, out.values += MR * out.row_stride;
        }
    }
}

/// y = gain·Aᵀ·m·A + bias, rectified and pooled as the job says, for every channel, as far as it lies in the output.
/// `rectifies` and `pools` are constants where this is inlined.
INLINE void NAME(output_tile)(const struct ckernels_convolution *job, const float *m, size_t step, size_t top,
                              size_t left, const int rectifies, const int pools) {
    size_t channels = job->out_channels, width = job->out_width;
    size_t rows = job->out_height - top < 4 ? job->out_height - top : 4, columns = width - left < 4 ? width - left : 4;
    VF gain = job->gain - (VF){0};
    for (size_t c = 0; c < channels; c += LANES) {
        VF lines[24], out[16];
        for (size_t j = 0; j < 6; j++) {
            const float *in = m + j * step + c;
            size_t s = 6 * step;
            NAME(output_line)(*(const VF *)in, *(const VF *)(in + s), *(const VF *)(in + 2 * s),
                              *(const VF *)(in + 3 * s), *(const VF *)(in + 4 * s), *(const VF *)(in + 5 * s),
                              lines + j, 6);
        }
        VF bias = job->bias ? *(const VF *)(job->bias + c) : (VF){0};
        for (size_t i = 0; i < 4; i++) {
            VF *in = lines + 6 * i;
            NAME(output_line)(in[0], in[1], in[2], in[3], in[4], in[5], out + 4 * i, 1);
            for (size_t j = 0; j < 4; j++) out[4 * i + j] = NAME(fma)(out[4 * i + j], gain, bias);
        }
        VI set[16];
        if (rectifies)
            for (size_t k = 0; k < 16; k++) out[k] = NAME(rectified)(out[k], set + k);
        if (!pools) {
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++)
                    *(VF *)(job->y + ((top + i) * width + left + j) * channels + c) = out[4 * i + j];
        } else {
            for (size_t i = 0; i + 2 <= rows; i += 2)
                for (size_t j = 0; j + 2 <= columns; j += 2) {
                    size_t k = 4 * i + j;
                    VF four[4] = {out[k], out[k + 1], out[k + 4], out[k + 5]}, pooled;
                    if (job->pooling == CKERNELS_MAX) {
                        VI won[4];
                        pooled = NAME(largest)(four, won);
                        set[k] &= won[0], set[k + 1] &= won[1], set[k + 4] &= won[2], set[k + 5] &= won[3];
                    } else {
                        pooled = 0.25f * ((four[0] + four[1]) + (four[2] + four[3]));
                    }
                    *(VF *)(job->y + ((top + i) / 2 * (width / 2) + (left + j) / 2) * channels + c) = pooled;
                }
        }
        if (rectifies && job->output_mask)
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++)
                    NAME(store_bits)(set[4 * i + j],
                                     job->output_mask + ((top + i) * width + left + j) * (channels / 8), c);
    }
}

TARGET static void NAME(winograd_output)(const struct ckernels_convolution *job, size_t first, size_t last,
                                         const float *m, size_t step) {
    size_t across = (job->out_width + 3) / 4;
    for (size_t tile = first; tile < last; tile++, m += job->out_channels) {
        size_t top = tile / across * 4, left = tile % across * 4;
        if (!job->rectifies) NAME(output_tile)(job, m, step, top, left, 0, 0);
        else if (job->pooling == CKERNELS_NONE) NAME(output_tile)(job, m, step, top, left, 1, 0);
        else NAME(output_tile)(job, m, step, top, left, 1, 1);
    }
}
