// Mean shift of colours.

#define KERNEL_SOURCE "mean-shift-inl.h"
#include "foreach_target.h"

void ckernels_mean_shift(const struct ckernels_palette *palette, float *color, float *scratch, int level) {
    SELECT(level, mean_shift)(palette, color, scratch);
}
