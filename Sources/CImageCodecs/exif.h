#ifndef CIMAGECODECS_EXIF_H
#define CIMAGECODECS_EXIF_H

#include <stdbool.h>

#include "CImageCodecs.h"

/// The EXIF fields in use.
typedef struct {
    int orientation;                  // 1…8; 0 when it holds none
    cimagecodecs_density density;     // of the stored pixels, before rotation
} cimagecodecs_exif;

/// Parses EXIF data: a TIFF file, mostly behind "Exif\0\0" (JPEG's APP1 marker), and bare in PNG's eXIf; false for
/// anything else.
bool cimagecodecs_read_exif(const uint8_t *bytes, size_t count, cimagecodecs_exif *exif);

/// The value of tiff:Orientation, 1…8, in XMP data; 0 when there is none.
int cimagecodecs_read_xmp_orientation(const uint8_t *bytes, size_t count);

/// The orientation, 1…8, that a PNG file's metadata give; 0 when there is none.
int cimagecodecs_read_png_orientation(const uint8_t *bytes, size_t count);

#endif
