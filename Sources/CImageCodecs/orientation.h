#ifndef CIMAGECODECS_ORIENTATION_H
#define CIMAGECODECS_ORIENTATION_H

#include "CImageCodecs.h"

/// Copies one stored row of pixels of `pixel_bytes` bytes each to its place among the upright `samples`.
void cimagecodecs_place_row(
    const uint8_t *row, size_t width, size_t pixel_bytes, size_t y, const cimagecodecs_placement *place,
    uint8_t *samples);

/// Turns a picture with samples, as stored, by its EXIF orientation: pixels, size and density.
cimagecodecs_status cimagecodecs_turn_upright(cimagecodecs_picture *picture, int orientation, char *message);

/// Sets the picture's orientation, and its density from that of the stored pixels.
void cimagecodecs_set_orientation(
    cimagecodecs_picture *picture, int orientation, cimagecodecs_density stored_density);

#endif
