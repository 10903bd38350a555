// ReLU and 2×2 pooling for one instruction set.
//
// Needs: foreach_target.h's macros, simd-inl.h.
// Gives: relu_forward, relu_backward, max_pool_row, max_pool_row_backward, average_pool_row, average_pool_row_backward.

TARGET static void NAME(relu_forward)(float *x, uint8_t *bits, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        VI positive;
        *(VF *)(x + i) = NAME(rectified)(*(const VF *)(x + i), &positive);
        NAME(store_bits)(positive, bits, i);
    }
    for (; i < n; i++) {
        if (i % 8 == 0) bits[i / 8] = 0;
        if (x[i] <= 0) x[i] = 0;
        else bits[i / 8] |= (uint8_t)(1u << (i % 8));
    }
}

TARGET static void NAME(relu_backward)(float *dy, const uint8_t *bits, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) *(VF *)(dy + i) = NAME(masked)(dy + i, bits, i);
    for (; i < n; i++)
        if (!((bits[i / 8] >> (i % 8)) & 1)) dy[i] = 0;
}

TARGET static void NAME(max_pool_row)(const float *top, const float *bottom, float *out, uint8_t *choice, size_t width,
                                      size_t channels) {
    size_t bytes = (channels + 3) / 4;
    for (size_t x = 0; x < width; x++) {
        const float *t = top + 2 * x * channels, *b = bottom + 2 * x * channels;
        float *o = out + x * channels;
        uint8_t *picked = choice + x * bytes;
        for (size_t first = 0; first < channels; first += 4) {
            size_t count = channels - first < 4 ? channels - first : 4;
            unsigned byte = 0;
            for (size_t k = 0; k < count; k++) {
                size_t c = first + k;
                float best = t[c];
                unsigned which = 0;
                if (t[channels + c] > best) best = t[channels + c], which = 1;
                if (b[c] > best) best = b[c], which = 2;
                if (b[channels + c] > best) best = b[channels + c], which = 3;
                o[c] = best;
                byte |= which << (2 * k);
            }
            picked[first / 4] = (uint8_t)byte;
        }
    }
}

TARGET static void NAME(max_pool_row_backward)(const float *dout, const uint8_t *choice, float *dtop, float *dbottom,
                                               size_t width, size_t channels) {
    size_t bytes = (channels + 3) / 4;
    for (size_t x = 0; x < width; x++) {
        const float *d = dout + x * channels;
        float *t = dtop + 2 * x * channels, *b = dbottom + 2 * x * channels;
        const uint8_t *picked = choice + x * bytes;
        for (size_t c = 0; c < channels; c++) {
            unsigned which = (picked[c / 4] >> (2 * (c % 4))) & 3;
            t[c] = which == 0 ? d[c] : 0;
            t[channels + c] = which == 1 ? d[c] : 0;
            b[c] = which == 2 ? d[c] : 0;
            b[channels + c] = which == 3 ? d[c] : 0;
        }
    }
}

TARGET static void NAME(average_pool_row)(const float *top, const float *bottom, float *out, size_t width,
                                          size_t channels) {
    for (size_t x = 0; x < width; x++) {
        const float *t = top + 2 * x * channels, *b = bottom + 2 * x * channels;
        float *o = out + x * channels;
        for (size_t c = 0; c < channels; c++) o[c] = 0.25f * ((t[c] + t[channels + c]) + (b[c] + b[channels + c]));
    }
}

TARGET static void NAME(average_pool_row_backward)(const float *dout, float *din, size_t width, size_t channels) {
    for (size_t x = 0; x < width; x++) {
        const float *d = dout + x * channels;
        float *left = din + 2 * x * channels, *right = left + channels;
        for (size_t c = 0; c < channels; c++) left[c] = right[c] = 0.25f * d[c];
    }
}
