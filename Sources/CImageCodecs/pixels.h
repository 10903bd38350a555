#ifndef CIMAGECODECS_PIXELS_H
#define CIMAGECODECS_PIXELS_H

#include <stdbool.h>

#include "CImageCodecs.h"
#include "exif.h"

/// Divides the colours of a picture by its last channel, alpha, to the nearest sample; black where that is 0. Of CMYK
/// it divides the inks, which leaves none there.
void cimagecodecs_unpremultiply(cimagecodecs_picture *picture);

/// Copies an ICC profile into the picture. One that is too large is left out, and the message says so.
cimagecodecs_status cimagecodecs_copy_profile(
    cimagecodecs_picture *picture, const void *profile, size_t count, char *message);

#endif
