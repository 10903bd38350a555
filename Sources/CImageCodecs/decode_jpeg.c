// jpeglib.h needs stdio.h before it.
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>

#include "exif_orientation.h"
#include "allocation.h"

// What outlives a jump, as in decode_png.c. `jpeg` comes first so that libjpeg's pointer to it leads back here.
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
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
    case JERR_ARITH_NOTIMPL:
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

// libjpeg fills what is missing with grey and only warns. Half a picture is no picture, so its warnings are errors,
// but for those about files that cameras and old programs write and whose pixels are whole.
static void on_message(j_common_ptr jpeg, int level)
{
    if (level >= 0) {
        return;
    }
    switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
        return;
    default:
        on_error(jpeg);
    }
}

static int orientation(const struct jpeg_decompress_struct *jpeg)
{
    for (const struct jpeg_marker_struct *marker = jpeg->marker_list; marker != NULL; marker = marker->next) {
        const int found = cimagecodecs_exif_orientation(marker->data, marker->data_length);
        if (found != 0) {
            return found;
        }
    }
    return 1;
}

// Where the stored pixels go in the upright picture: stored (0, 0) to pixel `origin`, and each step along a stored row
// or column `step_x` or `step_y` pixels on.
typedef struct {
    size_t width, height;
    ptrdiff_t origin, step_x, step_y;
} placement;

static placement upright(size_t stored_width, size_t stored_height, int orientation)
{
    const ptrdiff_t w = (ptrdiff_t)stored_width, h = (ptrdiff_t)stored_height;
    switch (orientation) {
    case 2: return (placement){stored_width, stored_height, w - 1, -1, w};
    case 3: return (placement){stored_width, stored_height, w * h - 1, -1, -w};
    case 4: return (placement){stored_width, stored_height, w * (h - 1), 1, -w};
    case 5: return (placement){stored_height, stored_width, 0, h, 1};
    case 6: return (placement){stored_height, stored_width, h - 1, h, -1};
    case 7: return (placement){stored_height, stored_width, w * h - 1, -h, -1};
    case 8: return (placement){stored_height, stored_width, h * (w - 1), -h, 1};
    default: return (placement){stored_width, stored_height, 0, 1, w};
    }
}

/// Places one stored row, whose first pixel goes to `target` and each next one `step` bytes on.
static void place_row(const uint8_t *row, size_t width, bool ink, uint8_t *target, ptrdiff_t step)
{
    if (!ink) {
        for (size_t x = 0; x < width; x++, row += 3) {
            uint8_t *pixel = target + (ptrdiff_t)x * step;
            pixel[0] = row[0];
            pixel[1] = row[1];
            pixel[2] = row[2];
        }
        return;
    }
    // Inverted ink: 255 is none, so light passes by cyan · black. Browsers read every CMYK JPEG so, marked or not.
    for (size_t x = 0; x < width; x++, row += 4) {
        uint8_t *pixel = target + (ptrdiff_t)x * step;
        for (int c = 0; c < 3; c++) {
            pixel[c] = (uint8_t)((row[c] * row[3] + 127) / 255);
        }
    }
}

static void read_pixels(j_decompress_ptr jpeg, const placement *place, uint8_t *samples)
{
    const bool ink = jpeg->out_color_space == JCS_CMYK;
    JSAMPARRAY row = jpeg->mem->alloc_sarray(
        (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * (JDIMENSION)jpeg->output_components, 1);
    while (jpeg->output_scanline < jpeg->output_height) {
        const ptrdiff_t first = place->origin + (ptrdiff_t)jpeg->output_scanline * place->step_y;
        jpeg_read_scanlines(jpeg, row, 1);
        place_row(row[0], jpeg->output_width, ink, samples + 3 * first, 3 * place->step_x);
    }
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
    jpeg_mem_src(jpeg, bytes, count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);

    const placement place = upright(jpeg->image_width, jpeg->image_height, orientation(jpeg));
    d->picture->channels = 3;
    d->picture->bits = 8;
    d->status = cimagecodecs_set_size(d->picture, place.width, place.height, d->max_pixels, d->message);
    if (d->status == cimagecodecs_ok) {
        d->status = cimagecodecs_allocate(d->picture, d->message);
    }
    if (d->status != cimagecodecs_ok) {
        return d->status;
    }
    const bool ink = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = ink ? JCS_CMYK : JCS_RGB;
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
