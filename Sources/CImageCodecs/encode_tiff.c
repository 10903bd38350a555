#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "allocation.h"
#include "exif.h"

typedef struct {
    cimagecodecs_buffer *file;
    size_t position;
    char *message;
    bool has_failed, is_out_of_memory;
    bool ignores_messages;
} encoder;

static int on_error(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
    (void)tiff, (void)module;
    encoder *e = data;
    if (!e->has_failed && !e->ignores_messages) {
        e->has_failed = true;
        vsnprintf(e->message, cimagecodecs_message_size, format, arguments);
    }
    return 1;
}

static int on_warning(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
    (void)tiff, (void)data, (void)module, (void)format, (void)arguments;
    return 1;
}

static tmsize_t read_bytes(thandle_t handle, void *destination, tmsize_t size)
{
    encoder *e = handle;
    const size_t rest = e->position < e->file->count ? e->file->count - e->position : 0;
    const size_t count = (size_t)size < rest ? (size_t)size : rest;
    memcpy(destination, e->file->bytes + e->position, count);
    e->position += count;
    return (tmsize_t)count;
}

static tmsize_t write_bytes(thandle_t handle, void *source, tmsize_t size)
{
    encoder *e = handle;
    const size_t end = e->position + (size_t)size;
    if (end > e->file->count) {
        if (!cimagecodecs_reserve(e->file, end - e->file->count)) {
            e->is_out_of_memory = true;
            return -1;
        }
        // libtiff may leave a gap.
        memset(e->file->bytes + e->file->count, 0, end - e->file->count);
        e->file->count = end;
    }
    memcpy(e->file->bytes + e->position, source, (size_t)size);
    e->position = end;
    return size;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    encoder *e = handle;
    const toff_t start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? e->position : e->file->count;
    e->position = (size_t)(start + offset);
    return e->position;
}

static int close_file(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of_file(thandle_t handle)
{
    return ((encoder *)handle)->file->count;
}

static TIFF *open_file(encoder *e, bool is_big)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options == NULL) {
        return NULL;
    }
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, e);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, e);
    TIFF *tiff = TIFFClientOpenExt(
        "TIFF", is_big ? "w8" : "w", e, read_bytes, write_bytes, seek, close_file, size_of_file, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

/// Sets the tags; false when libtiff refuses one.
static bool describe(TIFF *tiff, const cimagecodecs_picture *picture, uint32_t rows_per_strip)
{
    const cimagecodecs_density density = picture->density;
    const uint16_t unit = density.unit == cimagecodecs_per_inch ? RESUNIT_INCH
        : density.unit == cimagecodecs_per_centimeter ? RESUNIT_CENTIMETER : RESUNIT_NONE;
    const uint16_t straight = EXTRASAMPLE_UNASSALPHA;
    bool is_set = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)picture->width) == 1 &&
        TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)picture->height) == 1 &&
        TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture->bits) == 1 &&
        TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture->channels) == 1 &&
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB) == 1 &&
        TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == 1 &&
        TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT) == 1 &&
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE) == 1 &&
        TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL) == 1 &&
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows_per_strip) == 1;
    if (picture->channels == 4) {
        is_set = is_set && TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &straight) == 1;
    }
    if (picture->profile != NULL) {
        is_set = is_set &&
            TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)picture->profile_count, picture->profile) == 1;
    }
    if (density.unit != cimagecodecs_no_density) {
        is_set = is_set && TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, unit) == 1 &&
            TIFFSetField(tiff, TIFFTAG_XRESOLUTION, density.x) == 1 &&
            TIFFSetField(tiff, TIFFTAG_YRESOLUTION, density.y) == 1;
    }
    return is_set;
}

/// Sets the texts that describe the picture, and puts the directories of EXIF and GPS in front of the pixels. What
/// libtiff refuses is left out, as are directories where offsets have 64 bits.
static cimagecodecs_status add_exif(encoder *e, TIFF *tiff, const cimagecodecs_picture *picture, bool is_big)
{
    cimagecodecs_buffer exif;
    const cimagecodecs_status status = cimagecodecs_make_exif(picture, false, &exif, e->message);
    if (status != cimagecodecs_ok || exif.count == 0) {
        return status;
    }
    size_t next = 0;
    uint32_t tag;
    char *text;
    e->ignores_messages = true;
    while ((text = cimagecodecs_next_text(&exif, &next, &tag)) != NULL) {
        TIFFSetField(tiff, tag, text);
        free(text);
    }
    static const uint32_t pointers[] = {TIFFTAG_EXIFIFD, TIFFTAG_GPSIFD};
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers && !is_big; i++) {
        const uint64_t place = cimagecodecs_append_directory(&exif, pointers[i], e->file);
        if (place != 0) {
            TIFFSetField(tiff, pointers[i], place);
        }
    }
    e->ignores_messages = false;
    cimagecodecs_free_buffer(&exif);
    return cimagecodecs_ok;
}

static bool write_rows(TIFF *tiff, const cimagecodecs_picture *picture, uint32_t rows_per_strip)
{
    const size_t row_bytes = picture->width * (size_t)picture->channels * (size_t)picture->bits / 8;
    // The predictor works in place.
    uint8_t *strip = malloc(row_bytes * rows_per_strip);
    bool is_written = strip != NULL;
    for (size_t y = 0, number = 0; is_written && y < picture->height; y += rows_per_strip, number++) {
        const size_t rest = picture->height - y, rows = rest < rows_per_strip ? rest : rows_per_strip;
        memcpy(strip, (const uint8_t *)picture->samples + y * row_bytes, rows * row_bytes);
        is_written = TIFFWriteEncodedStrip(tiff, (uint32_t)number, strip, (tmsize_t)(rows * row_bytes)) > 0;
    }
    free(strip);
    return is_written;
}

cimagecodecs_status cimagecodecs_encode_tiff(
    const cimagecodecs_picture *picture, cimagecodecs_buffer *file, char *message)
{
    // A strip of 256 KB; offsets of 64 bits where those of 32 may not do, as deflating does not always make smaller.
    enum { strip_bytes = 256 << 10 };
    const uint64_t largest_file = UINT64_C(3) << 30;
    *file = (cimagecodecs_buffer){0};
    if (picture->width > INT32_MAX || picture->height > INT32_MAX) {
        return cimagecodecs_fail(
            cimagecodecs_unsupported, message, "a side of a TIFF picture is at most %d pixels", INT32_MAX);
    }
    encoder e = {.file = file, .message = message};
    const size_t row_bytes = picture->width * (size_t)picture->channels * (size_t)picture->bits / 8;
    const uint32_t rows_per_strip = row_bytes < strip_bytes ? (uint32_t)(strip_bytes / row_bytes) : 1;
    const bool is_big = (uint64_t)row_bytes * picture->height > largest_file;
    TIFF *tiff = open_file(&e, is_big);
    const bool is_written = tiff != NULL && describe(tiff, picture, rows_per_strip) &&
        add_exif(&e, tiff, picture, is_big) == cimagecodecs_ok && write_rows(tiff, picture, rows_per_strip) &&
        TIFFFlush(tiff) == 1;
    if (tiff != NULL) {
        TIFFClose(tiff);
    }
    if (is_written && !e.has_failed) {
        return cimagecodecs_ok;
    }
    cimagecodecs_free_buffer(file);
    return e.has_failed && !e.is_out_of_memory
        ? cimagecodecs_unsupported
        : cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the encoded picture");
}
