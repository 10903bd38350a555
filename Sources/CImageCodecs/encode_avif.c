#include <libheif/heif.h>
#include <string.h>

#include "allocation.h"
#include "exif.h"

typedef struct heif_error heif_error;

static const heif_error success = {heif_error_Ok, heif_suberror_Unspecified, ""};

/// What is freed in the end.
typedef struct {
    struct heif_context *context;
    struct heif_encoder *encoder;
    struct heif_image *image;
    struct heif_image_handle *handle;
    struct heif_encoding_options *options;
    struct heif_color_profile_nclx *space;
    cimagecodecs_buffer exif;
} encoder;

static heif_error write_file(struct heif_context *context, const void *data, size_t size, void *user)
{
    (void)context;
    cimagecodecs_buffer *file = user;
    if (!cimagecodecs_reserve(file, size)) {
        return (heif_error){heif_error_Memory_allocation_error, heif_suberror_Unspecified, "not enough memory"};
    }
    memcpy(file->bytes + file->count, data, size);
    file->count += size;
    return success;
}

/// Fills one plane of libheif's picture with one channel; of 16 bits, 12 remain.
static void fill_plane(uint8_t *plane, size_t stride, const cimagecodecs_picture *picture, int channel)
{
    const size_t channels = (size_t)picture->channels;
    for (size_t y = 0; y < picture->height; y++) {
        uint8_t *row = plane + y * stride;
        const size_t first = y * picture->width * channels + (size_t)channel;
        for (size_t x = 0; x < picture->width; x++) {
            if (picture->bits == 8) {
                row[x] = ((const uint8_t *)picture->samples)[first + x * channels];
            } else {
                const uint32_t sample = ((const uint16_t *)picture->samples)[first + x * channels];
                ((uint16_t *)(void *)row)[x] = (uint16_t)((sample * 4095 + UINT16_MAX / 2) / UINT16_MAX);
            }
        }
    }
}

/// Makes libheif's picture. Without loss green, blue and red are called Y, Cb and Cr, as ITU-T H.273 has it for the
/// identity as a matrix: libheif converts anything else.
static heif_error make_image(encoder *e, const cimagecodecs_picture *picture, bool is_lossless)
{
    static const enum heif_channel colors[] = {heif_channel_R, heif_channel_G, heif_channel_B, heif_channel_Alpha};
    static const enum heif_channel same[] = {heif_channel_Cr, heif_channel_Y, heif_channel_Cb, heif_channel_Alpha};
    const int width = (int)picture->width, height = (int)picture->height, bits = picture->bits == 16 ? 12 : 8;
    heif_error error = heif_image_create(
        width, height, is_lossless ? heif_colorspace_YCbCr : heif_colorspace_RGB, heif_chroma_444, &e->image);
    for (int c = 0; error.code == heif_error_Ok && c < picture->channels; c++) {
        const enum heif_channel channel = is_lossless ? same[c] : colors[c];
        error = heif_image_add_plane(e->image, channel, width, height, bits);
        if (error.code == heif_error_Ok) {
            int stride = 0;
            uint8_t *plane = heif_image_get_plane(e->image, channel, &stride);
            fill_plane(plane, (size_t)stride, picture, c);
        }
    }
    if (error.code == heif_error_Ok && picture->profile != NULL) {
        error = heif_image_set_raw_color_profile(e->image, "prof", picture->profile, picture->profile_count);
    }
    return error;
}

static heif_error configure(encoder *e, const cimagecodecs_picture *picture, int quality, bool is_lossless)
{
    heif_error error = heif_context_get_encoder_for_format(e->context, heif_compression_AV1, &e->encoder);
    if (error.code == heif_error_Ok) {
        error = heif_encoder_set_lossy_quality(e->encoder, quality);
    }
    if (error.code == heif_error_Ok) {
        error = heif_encoder_set_lossless(e->encoder, is_lossless);
    }
    if (error.code == heif_error_Ok) {
        error = heif_encoder_set_parameter_string(e->encoder, "chroma", "444");
    }
    e->options = heif_encoding_options_alloc();
    e->space = heif_nclx_color_profile_alloc();
    if (e->options == NULL || e->space == NULL) {
        return (heif_error){heif_error_Memory_allocation_error, heif_suberror_Unspecified, "not enough memory"};
    }
    // sRGB, or what the profile says; without loss the samples are red, green and blue themselves.
    const bool has_profile = picture->profile != NULL;
    e->space->color_primaries = has_profile ? heif_color_primaries_unspecified : heif_color_primaries_ITU_R_BT_709_5;
    e->space->transfer_characteristics =
        has_profile ? heif_transfer_characteristic_unspecified : heif_transfer_characteristic_IEC_61966_2_1;
    e->space->matrix_coefficients =
        is_lossless ? heif_matrix_coefficients_RGB_GBR : heif_matrix_coefficients_ITU_R_BT_601_6;
    e->space->full_range_flag = 1;
    if (error.code == heif_error_Ok) {
        error = heif_image_set_nclx_color_profile(e->image, e->space);
    }
    e->options->output_nclx_profile = e->space;
    e->options->save_two_colr_boxes_when_ICC_and_nclx_available = 1;
    e->options->macOS_compatibility_workaround_no_nclx_profile = 0;
    return error;
}

static heif_error encode(
    encoder *e, const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file)
{
    const bool is_lossless = quality >= 100;
    heif_error error = make_image(e, picture, is_lossless);
    if (error.code == heif_error_Ok) {
        error = configure(e, picture, quality, is_lossless);
    }
    if (error.code == heif_error_Ok) {
        error = heif_context_encode_image(e->context, e->image, e->encoder, e->options, &e->handle);
    }
    if (error.code == heif_error_Ok && e->exif.count > 0) {
        error = heif_context_add_exif_metadata(e->context, e->handle, e->exif.bytes, (int)e->exif.count);
    }
    if (error.code == heif_error_Ok) {
        struct heif_writer writer = {.writer_api_version = 1, .write = write_file};
        error = heif_context_write(e->context, &writer, file);
    }
    return error;
}

cimagecodecs_status cimagecodecs_encode_avif(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message)
{
    // What libheif reads again.
    enum { largest_side = 32768 };
    *file = (cimagecodecs_buffer){0};
    if (picture->width > largest_side || picture->height > largest_side) {
        return cimagecodecs_fail(
            cimagecodecs_unsupported, message, "a side of an AVIF picture is at most %d pixels", largest_side);
    }
    encoder e = {0};
    cimagecodecs_status status = cimagecodecs_make_exif(picture, true, &e.exif, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    e.context = heif_context_alloc();
    if (e.context == NULL) {
        cimagecodecs_free_buffer(&e.exif);
        return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for libheif");
    }
    const heif_error error = encode(&e, picture, quality, file);
    if (error.subcode == heif_suberror_Unsupported_codec || error.code == heif_error_Unsupported_filetype) {
        status = cimagecodecs_fail(cimagecodecs_unsupported, message, "this libheif has no encoder for it");
    } else if (error.code != heif_error_Ok) {
        status = cimagecodecs_fail(
            error.code == heif_error_Memory_allocation_error ? cimagecodecs_out_of_memory : cimagecodecs_unsupported,
            message, "%s", error.message);
    }
    heif_nclx_color_profile_free(e.space);
    heif_encoding_options_free(e.options);
    heif_image_handle_release(e.handle);
    heif_image_release(e.image);
    if (e.encoder != NULL) {
        heif_encoder_release(e.encoder);
    }
    heif_context_free(e.context);
    cimagecodecs_free_buffer(&e.exif);
    if (status != cimagecodecs_ok) {
        cimagecodecs_free_buffer(file);
    }
    return status;
}
