#ifndef CIMAGECODECS_PIXELS_H
#define CIMAGECODECS_PIXELS_H

#include <stdbool.h>

#include "CImageCodecs.h"
#include "exif.h"

/// Divides the colours of a picture of four channels by its alpha, to the nearest sample; black where that is 0.
void cimagecodecs_unpremultiply(cimagecodecs_picture *picture);

/// Copies an ICC profile into the picture. One that is too large is left out, and the message says so.
cimagecodecs_status cimagecodecs_copy_profile(
    cimagecodecs_picture *picture, const void *profile, size_t count, char *message);

/// The room that `cimagecodecs_write_exif` takes.
enum { cimagecodecs_exif_size = 78 };

/// Writes EXIF data, without the bytes in front, that says: upright, of this density.
void cimagecodecs_write_exif(cimagecodecs_density density, uint8_t bytes[cimagecodecs_exif_size]);

#endif
