#ifndef CIMAGECODECS_EXIF_ORIENTATION_H
#define CIMAGECODECS_EXIF_ORIENTATION_H

#include <stddef.h>
#include <stdint.h>

/// The orientation, 1…8, in the contents of a JPEG APP1 marker; 0 when it holds none.
int cimagecodecs_exif_orientation(const uint8_t *bytes, size_t count);

#endif
