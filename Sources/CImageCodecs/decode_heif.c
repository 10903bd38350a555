#include <libheif/heif.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"
#include "pixels.h"

static cimagecodecs_status fail_with(struct heif_error error, char *message)
{
    if (error.subcode == heif_suberror_Unsupported_codec || error.code == heif_error_Plugin_loading_error) {
        return cimagecodecs_fail(
            cimagecodecs_unsupported, message, "this libheif has no decoder for it (%s)", error.message);
    }
    const bool is_beyond = error.code == heif_error_Unsupported_feature ||
        error.code == heif_error_Unsupported_filetype || error.subcode == heif_suberror_Security_limit_exceeded;
    const cimagecodecs_status status = is_beyond ? cimagecodecs_unsupported
        : error.code == heif_error_Memory_allocation_error ? cimagecodecs_out_of_memory : cimagecodecs_damaged;
    // Some of libheif's messages have more lines than one.
    return cimagecodecs_fail(status, message, "%.*s", (int)strcspn(error.message, "\n"), error.message);
}

static cimagecodecs_status damaged(char *message)
{
    return cimagecodecs_fail(cimagecodecs_damaged, message, "its pixels are not of the size that it states");
}

/// Reads the ICC profile, or else the numbers of the colour space.
static cimagecodecs_status read_profile(
    const struct heif_image_handle *handle, cimagecodecs_picture *picture, char *message)
{
    switch (heif_image_handle_get_color_profile_type(handle)) {
    case heif_color_profile_type_rICC:
    case heif_color_profile_type_prof: {
        const size_t count = heif_image_handle_get_raw_color_profile_size(handle);
        uint8_t *profile = count <= cimagecodecs_max_profile ? malloc(count + 1) : NULL;
        if (profile == NULL) {
            return cimagecodecs_copy_profile(picture, NULL, count, message);
        }
        const struct heif_error error = heif_image_handle_get_raw_color_profile(handle, profile);
        const cimagecodecs_status status = error.code == heif_error_Ok
            ? cimagecodecs_copy_profile(picture, profile, count, message) : cimagecodecs_ok;
        free(profile);
        return status;
    }
    case heif_color_profile_type_nclx: {
        struct heif_color_profile_nclx *space = NULL;
        if (heif_image_handle_get_nclx_color_profile(handle, &space).code == heif_error_Ok) {
            picture->primaries = (int)space->color_primaries;
            picture->transfer = (int)space->transfer_characteristics;
            heif_nclx_color_profile_free(space);
        }
        return cimagecodecs_ok;
    }
    default:
        return cimagecodecs_ok;
    }
}

/// Reads the density in the EXIF data, and keeps that. Its orientation does not count: the file has its own way to say
/// it, and libheif turns the picture by that.
static cimagecodecs_status read_exif(
    const struct heif_image_handle *handle, cimagecodecs_picture *picture, char *message)
{
    enum { most = 1 << 20, offset_size = 4 };
    heif_item_id id;
    cimagecodecs_exif exif = {0};
    if (heif_image_handle_get_list_of_metadata_block_IDs(handle, "Exif", &id, 1) != 1) {
        return cimagecodecs_ok;
    }
    cimagecodecs_status status = cimagecodecs_ok;
    const size_t count = heif_image_handle_get_metadata_size(handle, id);
    uint8_t *block = count > offset_size && count <= most ? malloc(count) : NULL;
    if (block != NULL && heif_image_handle_get_metadata(handle, id, block).code == heif_error_Ok) {
        const size_t offset =
            (size_t)block[0] << 24 | (size_t)block[1] << 16 | (size_t)block[2] << 8 | (size_t)block[3];
        if (offset < count - offset_size) {
            const uint8_t *bytes = block + offset_size + offset;
            cimagecodecs_read_exif(bytes, count - offset_size - offset, &exif);
            status = cimagecodecs_keep_exif(picture, bytes, count - offset_size - offset, message);
        }
    }
    free(block);
    picture->density = exif.density;
    return status;
}

/// Copies the rows of libheif's picture; of more than eight bits, scaled to 16.
static cimagecodecs_status copy_samples(const struct heif_image *image, cimagecodecs_picture *picture, char *message)
{
    int stride = 0;
    const uint8_t *rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    const size_t row_count = picture->width * (size_t)picture->channels;
    const size_t row_bytes = row_count * (size_t)picture->bits / 8;
    if (rows == NULL || stride < 0 || (size_t)stride < row_bytes) {
        return damaged(message);
    }
    if (picture->bits == 8) {
        for (size_t y = 0; y < picture->height; y++) {
            memcpy((uint8_t *)picture->samples + y * row_bytes, rows + y * (size_t)stride, row_bytes);
        }
        return cimagecodecs_ok;
    }
    const int bits = heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved);
    if (bits < 8 || bits > 16) {
        return damaged(message);
    }
    const uint32_t largest = (1u << bits) - 1;
    uint16_t *sample = picture->samples;
    for (size_t y = 0; y < picture->height; y++) {
        const uint8_t *row = rows + y * (size_t)stride;
        for (size_t i = 0; i < row_count; i++) {
            const uint32_t value = row[2 * i] | (uint32_t)row[2 * i + 1] << 8;
            *sample++ = (uint16_t)(((value < largest ? value : largest) * UINT16_MAX + largest / 2) / largest);
        }
    }
    return cimagecodecs_ok;
}

static cimagecodecs_status decode_samples(
    const struct heif_image_handle *handle, cimagecodecs_picture *picture, char *message)
{
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (options == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for libheif");
    }
    options->strict_decoding = 1;
    const bool is_deep = heif_image_handle_get_luma_bits_per_pixel(handle) > 8;
    const bool has_alpha = heif_image_handle_has_alpha_channel(handle) != 0;
    picture->bits = is_deep ? 16 : 8;
    picture->channels = has_alpha ? 4 : 3;
    const enum heif_chroma layout = is_deep
        ? (has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
        : (has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB);
    struct heif_image *image = NULL;
    const struct heif_error error = heif_decode_image(handle, &image, heif_colorspace_RGB, layout, options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok) {
        return fail_with(error, message);
    }
    cimagecodecs_status status = cimagecodecs_ok;
    if (heif_image_get_width(image, heif_channel_interleaved) != (int)picture->width ||
        heif_image_get_height(image, heif_channel_interleaved) != (int)picture->height ||
        heif_image_get_chroma_format(image) != layout) {
        status = damaged(message);
    }
    if (status == cimagecodecs_ok) {
        status = cimagecodecs_allocate(picture, message);
    }
    if (status == cimagecodecs_ok) {
        status = copy_samples(image, picture, message);
    }
    heif_image_release(image);
    if (status == cimagecodecs_ok && has_alpha && heif_image_handle_is_premultiplied_alpha(handle)) {
        cimagecodecs_unpremultiply(picture);
    }
    return status;
}

/// Whether the file says that it is a film or a series.
static bool is_sequence(const uint8_t *bytes, size_t count)
{
    static const char brands[][5] = {"avis", "hevc", "hevx", "msf1"};
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
        if (count >= 12 && memcmp(bytes + 8, brands[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

/// Whether a picture may be laid together of others at places of its own ("iovl", ISO/IEC 23008-12, 6.6.2.2). Such an
/// item states a size of its own, which libheif 1.15 neither holds to the picture's nor multiplies safely.
static bool has_overlay(const uint8_t *bytes, size_t count)
{
    // An item's entry: "infe", version and flags, number (of 2 bytes, or 4 in version 3), protection, type.
    enum { name_size = 4, type_place = 12, later_type_place = 14 };
    size_t start = 0;
    while (count - start >= later_type_place + name_size) {
        const uint8_t *entry = memchr(bytes + start, 'i', count - start - later_type_place - name_size + 1);
        if (entry == NULL) {
            return false;
        }
        if (memcmp(entry, "infe", name_size) == 0 &&
            (memcmp(entry + type_place, "iovl", name_size) == 0 ||
                memcmp(entry + later_type_place, "iovl", name_size) == 0)) {
            return true;
        }
        start = (size_t)(entry - bytes) + 1;
    }
    return false;
}

static cimagecodecs_status decode(
    struct heif_context *context, const uint8_t *bytes, size_t count, uint64_t max_pixels,
    cimagecodecs_picture *picture, struct heif_image_handle **handle, char *message)
{
    // Tiles may be larger than the picture that they are cut to.
    enum { largest_tile = 8192 };
    heif_context_set_max_decoding_threads(context, 0);
    if (has_overlay(bytes, count)) {
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "pictures laid over each other are not read");
    }
    struct heif_error error = heif_context_read_from_memory_without_copy(context, bytes, count, NULL);
    if (error.code == heif_error_Ok) {
        error = heif_context_get_primary_image_handle(context, handle);
    }
    if (error.code != heif_error_Ok) {
        return fail_with(error, message);
    }
    const int width = heif_image_handle_get_width(*handle), height = heif_image_handle_get_height(*handle);
    if (width <= 0 || height <= 0) {
        return cimagecodecs_fail(cimagecodecs_damaged, message, "it has no size");
    }
    cimagecodecs_status status =
        cimagecodecs_set_size(picture, (size_t)width, (size_t)height, max_pixels, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    // What it is made of states sizes as well.
    const int longest = width > height ? width : height;
    heif_context_set_maximum_image_size_limit(context, longest > largest_tile ? longest : largest_tile);
    picture->has_more =
        heif_context_get_number_of_top_level_images(context) > 1 || is_sequence(bytes, count);
    status = decode_samples(*handle, picture, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    status = read_exif(*handle, picture, message);
    if (status == cimagecodecs_ok) {
        status = read_profile(*handle, picture, message);
    }
    // The colour space of a profile's data stands in its header (ICC.1:2022, 7.2.6).
    if (picture->profile_count > 20 && memcmp(picture->profile + 16, "GRAY", 4) == 0) {
        picture->space = cimagecodecs_gray;
    }
    return status;
}

cimagecodecs_status cimagecodecs_decode_heif(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message)
{
    *picture = (cimagecodecs_picture){0};
    struct heif_context *context = heif_context_alloc();
    if (context == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for libheif");
    }
    struct heif_image_handle *handle = NULL;
    const cimagecodecs_status status = decode(context, bytes, count, max_pixels, picture, &handle, message);
    heif_image_handle_release(handle);
    heif_context_free(context);
    if (status != cimagecodecs_ok && status != cimagecodecs_too_large) {
        cimagecodecs_free_picture(picture);
    }
    return status;
}
