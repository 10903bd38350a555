// Mean shift of colours for one instruction set.
//
// Needs: foreach_target.h's macros, simd-inl.h, CKERNELS_PALETTE_GROUP = PANEL.
// Gives: mean_shift.
//
// There are 16 sums whatever the vectors' length, and products are rounded before they are added, for the same bits in
// every set.

#define VECTORS (PANEL / LANES)

/// The larger of two vectors lane by lane; none is not-a-number.
INLINE VF NAME(larger)(VF a, VF b) {
    VI won = a > b;
    return (VF)((won & (VI)a) | (~won & (VI)b));
}

/// 2^x for x ≤ 0 with a relative error of about 1e-7; 2^−126 below −126.
INLINE VF NAME(power_of_two)(VF x) {
    x = NAME(larger)(x, -126.0f - (VF){0});
    // Adding 1.5·2²³ rounds to an integer, which is then in the lowest bits.
    VF rounded = x + 12582912.0f, f = x - (rounded - 12582912.0f);
    // The Taylor series of e^(f·ln 2), |f| ≤ 1/2.
    VF p = f * 1.540353e-4f + 1.3333558e-3f;
    p = p * f + 9.618129e-3f;
    p = p * f + 5.5504109e-2f;
    p = p * f + 0.24022651f;
    p = p * f + 0.69314718f;
    p = p * f + 1.0f;
    return (VF)((VI)p + ((VI)rounded << 23));
}

/// The distance along an axis of y from the intervals low … high; 0 within.
INLINE VF NAME(outside)(const float *low, const float *high, float y) {
    return NAME(larger)(NAME(larger)(*(const VF *)low - y, y - *(const VF *)high), (VF){0});
}

TARGET static void NAME(mean_shift)(const struct ckernels_palette *palette, float *color, float *bounds) {
    const float l = color[0], a = color[1], b = color[2];
    const size_t groups = palette->groups, stride = (groups + PANEL - 1) / PANEL * PANEL;
    // The squared distances to the groups' boxes.
    size_t first = 0;
    for (size_t g = 0; g < stride; g += LANES) {
        const float *box = palette->boxes + g;
        VF dl = NAME(outside)(box, box + stride, l), da = NAME(outside)(box + 2 * stride, box + 3 * stride, a);
        VF db = NAME(outside)(box + 4 * stride, box + 5 * stride, b);
        *(VF *)(bounds + g) = dl * dl + da * da + db * db;
    }
    for (size_t g = 1; g < groups; g++)
        if (bounds[g] < bounds[first]) first = g;
    // The least squared distance, of which that in the group with the nearest box gives a first bound.
    float least = INFINITY;
    for (size_t k = 0; k <= groups; k++) {
        size_t g = k == 0 ? first : k - 1;
        if (bounds[g] >= least) continue;
        const float *group = palette->colors + g * 4 * PANEL;
        for (size_t j = 0; j < PANEL; j += LANES) {
            VF dl = *(const VF *)(group + j) - l, da = *(const VF *)(group + PANEL + j) - a;
            VF db = *(const VF *)(group + 2 * PANEL + j) - b;
            float nearest = __builtin_reduce_min(dl * dl + da * da + db * db);
            if (nearest < least) least = nearest;
        }
    }
    VF sums[4][VECTORS] = {0};
    for (size_t g = 0; g < groups; g++) {
        if (bounds[g] > least + CKERNELS_PALETTE_REACH) continue;
        const float *group = palette->colors + g * 4 * PANEL;
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) {
            const float *from = group + v * LANES;
            VF dl = *(const VF *)from - l, da = *(const VF *)(from + PANEL) - a;
            VF db = *(const VF *)(from + 2 * PANEL) - b;
            VF k = *(const VF *)(from + 3 * PANEL) * NAME(power_of_two)(least - (dl * dl + da * da + db * db));
            sums[0][v] += k;
            sums[1][v] += k * dl;
            sums[2][v] += k * da;
            sums[3][v] += k * db;
        }
    }
    double totals[4];
    for (int c = 0; c < 4; c++) {
        float lanes[PANEL];
        memcpy(lanes, sums[c], sizeof lanes);
        totals[c] = 0;
        for (int k = 0; k < PANEL; k++) totals[c] += (double)lanes[k];
    }
    for (int c = 0; c < 3; c++) color[c] += (float)(totals[c + 1] / totals[0]);
}

#undef VECTORS
