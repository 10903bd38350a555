#ifndef CIMAGECODECS_UPRIGHT_H
#define CIMAGECODECS_UPRIGHT_H

#include "CImageCodecs.h"

/// The mapping from stored to upright pixel indices: stored (x, y) goes to `origin` + x·`step_x` + y·`step_y`.
typedef struct {
    size_t width, height;
    ptrdiff_t origin, step_x, step_y;
} cimagecodecs_placement;

/// The mapping for an orientation of EXIF and TIFF, 1…8; any other number is taken as 1, upright.
cimagecodecs_placement cimagecodecs_upright(size_t stored_width, size_t stored_height, int orientation);

/// Makes a decoded picture, its size and density upright.
cimagecodecs_status cimagecodecs_turn(cimagecodecs_picture *picture, int orientation, char *message);

#endif
