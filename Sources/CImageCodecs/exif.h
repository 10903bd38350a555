#ifndef CIMAGECODECS_EXIF_H
#define CIMAGECODECS_EXIF_H

#include <stdbool.h>

#include "CImageCodecs.h"

/// The EXIF fields in use.
typedef struct {
    int orientation;                  // 1…8; 0 when it holds none
    cimagecodecs_density density;     // of the stored pixels, before rotation
} cimagecodecs_exif;

/// Parses the contents of a JPEG APP1 marker; false when they are not EXIF data.
bool cimagecodecs_read_exif(const uint8_t *bytes, size_t count, cimagecodecs_exif *exif);

#endif
