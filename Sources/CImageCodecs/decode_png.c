#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "allocation.h"

// Everything that outlives a jump is in here, owned by the function that called the one with the setjmp: no local
// variable changes between setjmp and longjmp, and one place cleans up however the decoding ends.
typedef struct {
    const uint8_t *bytes;
    size_t count, position;
    uint64_t max_pixels;
    cimagecodecs_picture *picture;
    char *message;
    cimagecodecs_status status;
    jmp_buf escape;
    png_structp png;
    png_infop info;
} decoder;

static void on_error(png_structp png, png_const_charp reason)
{
    decoder *d = png_get_error_ptr(png);
    d->status = cimagecodecs_fail(cimagecodecs_damaged, d->message, "%s", reason);
    longjmp(d->escape, 1);
}

static void on_warning(png_structp png, png_const_charp reason)
{
    // libpng drops an auxiliary chunk that is damaged. Of those only the transparency is read, and dropping it would
    // turn the picture opaque without a word.
    if (strcmp(reason, "tRNS: CRC error") == 0) {
        png_error(png, reason);
    }
}

static void read_bytes(png_structp png, png_bytep destination, size_t count)
{
    decoder *d = png_get_io_ptr(png);
    if (count > d->count - d->position) {
        png_error(png, "the file ends too early");
    }
    memcpy(destination, d->bytes + d->position, count);
    d->position += count;
}

static void set_limits(png_structp png)
{
    // The number of pixels is what counts, and it is checked once both sides are known.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, 8 << 20);
    png_set_chunk_cache_max(png, 128);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
    // Skips every auxiliary chunk but tRNS: what is not unpacked can do no harm.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

/// Asks for whole samples, three or four to a pixel, in the machine's byte order.
static void choose_layout(png_structp png, png_infop info, cimagecodecs_picture *picture)
{
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    const uint16_t one = 1;
    if (*(const uint8_t *)&one == 1) {
        png_set_swap(png);
    }
    png_read_update_info(png, info);
    picture->channels = png_get_channels(png, info);
    picture->bits = png_get_bit_depth(png, info);
}

static void read_rows(decoder *d, int passes)
{
    const size_t row_bytes = png_get_rowbytes(d->png, d->info);
    for (int pass = 0; pass < passes; pass++) {
        for (size_t y = 0; y < d->picture->height; y++) {
            png_read_row(d->png, (uint8_t *)d->picture->samples + y * row_bytes, NULL);
        }
    }
    png_read_end(d->png, NULL);
}

static cimagecodecs_status decode(decoder *d)
{
    if (setjmp(d->escape)) {
        return d->status;
    }
    d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
    d->info = d->png == NULL ? NULL : png_create_info_struct(d->png);
    if (d->info == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, d->message, "not enough memory for libpng");
    }
    png_set_read_fn(d->png, d, read_bytes);
    set_limits(d->png);
    png_read_info(d->png, d->info);
    // Before choose_layout, where libpng allocates its rows.
    d->status = cimagecodecs_set_size(
        d->picture, png_get_image_width(d->png, d->info), png_get_image_height(d->png, d->info), d->max_pixels,
        d->message);
    if (d->status != cimagecodecs_ok) {
        return d->status;
    }
    const int passes = png_set_interlace_handling(d->png);
    choose_layout(d->png, d->info, d->picture);
    d->status = cimagecodecs_allocate(d->picture, d->message);
    if (d->status == cimagecodecs_ok) {
        read_rows(d, passes);
    }
    return d->status;
}

cimagecodecs_status cimagecodecs_decode_png(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message)
{
    *picture = (cimagecodecs_picture){0};
    decoder d = {.bytes = bytes, .count = count, .max_pixels = max_pixels, .picture = picture, .message = message};
    const cimagecodecs_status status = decode(&d);
    png_destroy_read_struct(&d.png, &d.info, NULL);
    if (status != cimagecodecs_ok && status != cimagecodecs_too_large) {
        cimagecodecs_free_picture(picture);
    }
    return status;
}
