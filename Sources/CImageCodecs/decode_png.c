#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"
#include "exif.h"
#include "orientation.h"

// All state that survives a longjmp, owned by the caller of the function with the setjmp: no local variable changes
// between setjmp and longjmp, and one place cleans up after success and failure.
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
    bool profile_is_damaged;
} decoder;

static void on_error(png_structp png, png_const_charp reason)
{
    decoder *d = png_get_error_ptr(png);
    d->status = cimagecodecs_fail(cimagecodecs_damaged, d->message, "%s", reason);
    longjmp(d->escape, 1);
}

static bool has_alpha(png_structp png)
{
    decoder *d = png_get_error_ptr(png);
    return (png_get_color_type(png, d->info) & PNG_COLOR_MASK_ALPHA) != 0;
}

static void on_warning(png_structp png, png_const_charp reason)
{
    // libpng drops damaged ancillary chunks. Without tRNS (damaged, of a wrong length, in a wrong place, doubled) the
    // picture would silently become opaque, or transparent elsewhere: an error, unless it has an alpha channel anyway.
    // A dropped profile is reported in the message, a dropped density is ignored.
    static const char transparency[] = "tRNS: ";
    if (strncmp(reason, transparency, sizeof transparency - 1) == 0 && !has_alpha(png)) {
        png_error(png, reason);
    }
    static const char profile[] = "iCCP: ";
    decoder *d = png_get_error_ptr(png);
    // One behind the pixels is none.
    if (strncmp(reason, profile, sizeof profile - 1) == 0 && d->picture->samples == NULL) {
        cimagecodecs_fail(cimagecodecs_ok, d->message, "%s", reason + sizeof profile - 1);
        // libpng returns a profile with a wrong checksum as long as it decompresses.
        d->profile_is_damaged |= strcmp(reason, "iCCP: CRC error") == 0;
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
    // The limit is on the number of pixels, checked once both sides are known.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, cimagecodecs_max_profile);
    png_set_chunk_cache_max(png, 128);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
    // Skips every ancillary chunk but tRNS and these, to keep the attack surface small.
    static const uint8_t used[] = "iCCP\0pHYs";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, used, 2);
}

/// Reads density, colour model and profile from the chunks before the pixels.
static cimagecodecs_status take_description(decoder *d)
{
    png_uint_32 x, y, count;
    int unit, compression;
    if (png_get_pHYs(d->png, d->info, &x, &y, &unit) != 0 && x > 0 && y > 0) {
        d->picture->density = (cimagecodecs_density){
            x, y, unit == PNG_RESOLUTION_METER ? cimagecodecs_per_meter : cimagecodecs_ratio};
    }
    d->picture->space =
        (png_get_color_type(d->png, d->info) & PNG_COLOR_MASK_COLOR) != 0 ? cimagecodecs_rgb : cimagecodecs_gray;

    png_charp name;
    png_bytep profile;
    if (d->profile_is_damaged || png_get_iCCP(d->png, d->info, &name, &compression, &profile, &count) == 0) {
        return cimagecodecs_ok;
    }
    d->message[0] = 0; // libpng warned about the profile but read it
    d->picture->profile = malloc(count);
    if (d->picture->profile == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, d->message, "not enough memory for the colour profile");
    }
    memcpy(d->picture->profile, profile, count);
    d->picture->profile_count = count;
    return cimagecodecs_ok;
}

/// Requests samples of 8 or 16 bits, three or four per pixel, in the machine's byte order.
static void choose_layout(png_structp png, png_infop info, cimagecodecs_picture *picture)
{
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    if (cimagecodecs_is_little_endian()) {
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
    // With the picture's description, or chunks behind the pixels would be skipped without a word.
    png_read_end(d->png, d->info);
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
    d->status = take_description(d);
    if (d->status != cimagecodecs_ok) {
        return d->status;
    }
    const int passes = png_set_interlace_handling(d->png);
    choose_layout(d->png, d->info, d->picture);
    d->status = cimagecodecs_allocate(d->picture, d->message);
    if (d->status == cimagecodecs_ok) {
        read_rows(d, passes);
        int orientation = 0;
        d->status = cimagecodecs_read_png_exif(d->picture, d->bytes, d->count, &orientation, d->message);
        if (d->status == cimagecodecs_ok) {
            d->status = cimagecodecs_turn_upright(d->picture, orientation, d->message);
        }
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
