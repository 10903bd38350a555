// jpeglib.h needs stdio.h, and the codes in jerror.h depend on macros from jpeglib.h.
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"
#include "exif.h"
#include "orientation.h"

// The state that survives a longjmp, as in decode_png.c. `jpeg` is first, so that a pointer to it casts to one to this.
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    uint64_t max_pixels;
    cimagecodecs_picture *picture;
    char *message;
    cimagecodecs_status status;
    jmp_buf escape;
} decoder;

static cimagecodecs_status status_of(int code)
{
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return cimagecodecs_out_of_memory;
#if JPEG_LIB_VERSION < 70
    case JERR_ARITH_NOTIMPL:
#endif
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
        return cimagecodecs_unsupported;
    default:
        return cimagecodecs_damaged;
    }
}

static void on_error(j_common_ptr jpeg)
{
    decoder *d = (decoder *)jpeg;
    char reason[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, reason);
    d->status = cimagecodecs_fail(status_of(jpeg->err->msg_code), d->message, "%s", reason);
    longjmp(d->escape, 1);
}

// libjpeg fills missing data with grey and only warns. Truncated pictures are rejected, so its warnings are errors,
// except those about files of cameras and old programs whose pixels are complete.
static void on_message(j_common_ptr jpeg, int level)
{
    if (level >= 0) {
        return;
    }
    decoder *d = (decoder *)jpeg;
    switch (jpeg->err->msg_code) {
    case JWRN_BOGUS_ICC:
        cimagecodecs_fail(cimagecodecs_ok, d->message, "parts of it are missing");
        return;
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
        return;
    default:
        on_error(jpeg);
    }
}

// Limits the scans: each one processes the whole picture, but a scan that changes nothing takes only a few bytes, so
// a small file could take very long.
static void on_progress(j_common_ptr jpeg)
{
    decoder *d = (decoder *)jpeg;
    if (d->jpeg.input_scan_number > cimagecodecs_max_scans) {
        d->status = cimagecodecs_fail(
            cimagecodecs_unsupported, d->message, "it has more than %d scans", cimagecodecs_max_scans);
        longjmp(d->escape, 1);
    }
}

/// EXIF data, or else XMP's orientation. A file may have several of both: the first that gives a value counts.
static cimagecodecs_exif read_exif(const struct jpeg_decompress_struct *jpeg)
{
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
    cimagecodecs_exif exif = {0}, next;
    int described = 0;
    for (const struct jpeg_marker_struct *marker = jpeg->marker_list; marker != NULL; marker = marker->next) {
        if (marker->marker != JPEG_APP0 + 1) {
            continue;
        }
        if (cimagecodecs_read_exif(marker->data, marker->data_length, &next)) {
            exif.orientation = exif.orientation != 0 ? exif.orientation : next.orientation;
            exif.density = exif.density.unit != cimagecodecs_no_density ? exif.density : next.density;
        } else if (
            described == 0 && marker->data_length > sizeof xmp && memcmp(marker->data, xmp, sizeof xmp) == 0) {
            described = cimagecodecs_read_xmp_orientation(marker->data, marker->data_length);
        }
    }
    if (exif.orientation == 0) {
        exif.orientation = described;
    }
    return exif;
}

/// Keeps the first EXIF data that is sound.
static cimagecodecs_status keep_exif(decoder *d)
{
    cimagecodecs_status status = cimagecodecs_ok;
    for (const struct jpeg_marker_struct *marker = d->jpeg.marker_list; marker != NULL; marker = marker->next) {
        if (marker->marker == JPEG_APP0 + 1 && status == cimagecodecs_ok) {
            status = cimagecodecs_keep_exif(d->picture, marker->data, marker->data_length, d->message);
        }
    }
    return status;
}

static void read_profile(decoder *d)
{
    unsigned count = 0;
    if (!jpeg_read_icc_profile(&d->jpeg, &d->picture->profile, &count)) {
        return;
    }
    if (count > cimagecodecs_max_profile) {
        free(d->picture->profile);
        d->picture->profile = NULL;
        cimagecodecs_fail(cimagecodecs_ok, d->message, "it is larger than %d MB", cimagecodecs_max_profile >> 20);
        return;
    }
    d->picture->profile_count = count;
}

/// JFIF's density of the stored pixels, or else EXIF's; a ratio of 1, JFIF's value for an unknown density, is ignored.
static cimagecodecs_density stored_density(const struct jpeg_decompress_struct *jpeg, const cimagecodecs_exif *exif)
{
    const double x = jpeg->X_density, y = jpeg->Y_density;
    if (jpeg->saw_JFIF_marker && x > 0 && y > 0) {
        switch (jpeg->density_unit) {
        case 1: return (cimagecodecs_density){x, y, cimagecodecs_per_inch};
        case 2: return (cimagecodecs_density){x, y, cimagecodecs_per_centimeter};
        }
        if (exif->density.unit == cimagecodecs_no_density && x != y) {
            return (cimagecodecs_density){x, y, cimagecodecs_ratio};
        }
    }
    return exif->density;
}

static void read_pixels(j_decompress_ptr jpeg, const cimagecodecs_placement *place, uint8_t *samples)
{
    const int channels = jpeg->output_components;
    JSAMPARRAY row = jpeg->mem->alloc_sarray(
        (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * (JDIMENSION)channels, 1);
    while (jpeg->output_scanline < jpeg->output_height) {
        const size_t y = jpeg->output_scanline;
        jpeg_read_scanlines(jpeg, row, 1);
        cimagecodecs_place_row(row[0], jpeg->output_width, (size_t)channels, y, place, samples);
    }
}

/// Sets the picture's metadata from the header, and returns the mapping to upright pixels.
static cimagecodecs_placement describe(decoder *d)
{
    j_decompress_ptr jpeg = &d->jpeg;
    const cimagecodecs_exif exif = read_exif(jpeg);
    const bool ink = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    d->picture->space = ink ? cimagecodecs_cmyk
        : jpeg->jpeg_color_space == JCS_GRAYSCALE ? cimagecodecs_gray : cimagecodecs_rgb;
    d->picture->channels = ink ? 4 : 3;
    d->picture->bits = 8;
    cimagecodecs_set_orientation(d->picture, exif.orientation, stored_density(jpeg, &exif));
    return cimagecodecs_upright(jpeg->image_width, jpeg->image_height, exif.orientation);
}

static cimagecodecs_status decode(decoder *d, const uint8_t *bytes, size_t count)
{
    j_decompress_ptr jpeg = &d->jpeg;
    if (setjmp(d->escape)) {
        return d->status;
    }
    jpeg->err = jpeg_std_error(&d->errors);
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    jpeg_create_decompress(jpeg);
    d->progress.progress_monitor = on_progress;
    jpeg->progress = &d->progress;
    jpeg_mem_src(jpeg, bytes, count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);

    const cimagecodecs_placement place = describe(d);
    d->status = cimagecodecs_set_size(d->picture, place.width, place.height, d->max_pixels, d->message);
    if (d->status == cimagecodecs_ok) {
        d->status = cimagecodecs_allocate(d->picture, d->message);
    }
    if (d->status == cimagecodecs_ok) {
        d->status = keep_exif(d);
    }
    if (d->status != cimagecodecs_ok) {
        return d->status;
    }
    read_profile(d);
    jpeg->out_color_space = d->picture->space == cimagecodecs_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(jpeg);
    read_pixels(jpeg, &place, d->picture->samples);
    jpeg_finish_decompress(jpeg);
    return cimagecodecs_ok;
}

cimagecodecs_status cimagecodecs_decode_jpeg(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message)
{
    *picture = (cimagecodecs_picture){0};
    decoder d = {.max_pixels = max_pixels, .picture = picture, .message = message};
    const cimagecodecs_status status = decode(&d, bytes, count);
    jpeg_destroy_decompress(&d.jpeg);
    if (status != cimagecodecs_ok && status != cimagecodecs_too_large) {
        cimagecodecs_free_picture(picture);
    }
    return status;
}
