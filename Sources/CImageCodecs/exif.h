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

/// The most bytes of EXIF data that are kept: what a JPEG's marker has room for behind "Exif\0\0".
enum { cimagecodecs_max_exif = 65533 - 6 };

/// Copies EXIF data into the picture, without what stands in front of its TIFF header, unless it has some already: as
/// it is where all of it is sound and no more than what is kept, or else what is sound and describes the picture, as
/// `cimagecodecs_keep_tiff_exif` does. What says no more than orientation and resolution is left out.
cimagecodecs_status cimagecodecs_keep_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, char *message);

/// Copies EXIF data out of a TIFF file: what describes the picture in the directory at `directory`, and those of EXIF
/// and GPS below it, as far as they are sound. Offsets in a maker's notes would be wrong elsewhere: these stay out.
cimagecodecs_status cimagecodecs_keep_tiff_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, uint64_t directory, char *message);

/// The EXIF data for a file of this picture, without anything in front of its TIFF header: the picture's own, but
/// upright, of its size and density, and without a thumbnail; or, where `needs_density`, what says no more than that.
/// It has no bytes where there is nothing to write. The caller frees it.
cimagecodecs_status cimagecodecs_make_exif(
    const cimagecodecs_picture *picture, bool needs_density, cimagecodecs_buffer *exif, char *message);

/// The next text in the first directory of sound EXIF data that describes the picture, with its tag, counting from
/// `*next`; NULL where there are no more, or memory runs out. The caller frees it.
char *cimagecodecs_next_text(const cimagecodecs_buffer *exif, size_t *next, uint32_t *tag);

/// Appends the directory that the tag `pointer` of sound EXIF data leads to, with all that belongs to it but a maker's
/// notes, to a TIFF file in the machine's byte order; returns its offset there, or 0 where there is none or memory runs
/// out.
size_t cimagecodecs_append_directory(const cimagecodecs_buffer *exif, uint32_t pointer, cimagecodecs_buffer *file);

/// The value of tiff:Orientation, 1…8, in XMP data; 0 when there is none.
int cimagecodecs_read_xmp_orientation(const uint8_t *bytes, size_t count);

/// Reads the orientation, 1…8, that a PNG file's metadata give, 0 when there is none, and keeps its EXIF data.
cimagecodecs_status cimagecodecs_read_png_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, int *orientation, char *message);

#endif
