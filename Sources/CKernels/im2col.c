// Convolutions of any kernel and stride as products of matrices: the patches that the kernel meets, as rows.

#define KERNEL_SOURCE "im2col-inl.h"
#include "foreach_target.h"

void ckernels_im2col(const struct ckernels_convolution_geometry *g, const float *x, size_t first, size_t last,
                     float *out, int level) {
    SELECT(level, im2col)(g, x, first, last, out);
}

void ckernels_col2im(const struct ckernels_convolution_geometry *g, const float *patches, size_t first, size_t last,
                     size_t top, size_t bottom, float *map, int level) {
    SELECT(level, col2im)(g, patches, first, last, top, bottom, map);
}
