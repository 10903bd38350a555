// The search for the nearest patch among a few candidates.

#define KERNEL_SOURCE "patch-inl.h"
#include "foreach_target.h"

int ckernels_nearest_patch(const float *patch, size_t stride, const float *const *candidates, size_t candidate_stride,
                           const float *penalties, size_t count, size_t side, float *cost, int level) {
    return SELECT(level, nearest_patch)(patch, stride, candidates, candidate_stride, penalties, count, side, cost);
}
