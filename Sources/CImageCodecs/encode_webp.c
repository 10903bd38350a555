#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "allocation.h"
#include "exif.h"

static cimagecodecs_status out_of_memory(char *message)
{
    return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the encoded picture");
}

static cimagecodecs_status fail_with(WebPEncodingError code, char *message)
{
    switch (code) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BAD_WRITE:
        return out_of_memory(message);
    case VP8_ENC_ERROR_BAD_DIMENSION:
        return cimagecodecs_fail(
            cimagecodecs_unsupported, message, "a side of a WebP picture is at most %d pixels", WEBP_MAX_DIMENSION);
    default:
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "libwebp's error %d", code);
    }
}

static bool configure(WebPConfig *config, int quality)
{
    // Lossless: higher levels take several times as long for one part in a hundred.
    enum { lossless_level = 4 };
    if (!WebPConfigInit(config)) {
        return false;
    }
    if (quality > 0) {
        config->quality = (float)quality;
        config->use_sharp_yuv = 1;
    } else if (!WebPConfigLosslessPreset(config, lossless_level)) {
        return false;
    }
    // Colours count even where nothing is to be seen of them.
    config->exact = 1;
    return WebPValidateConfig(config) != 0;
}

static cimagecodecs_status encode_pixels(
    const cimagecodecs_picture *picture, int quality, WebPMemoryWriter *writer, char *message)
{
    WebPConfig config;
    WebPPicture pixels;
    if (!configure(&config, quality) || !WebPPictureInit(&pixels)) {
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "this libwebp is another than harmonize's");
    }
    if (picture->width > WEBP_MAX_DIMENSION || picture->height > WEBP_MAX_DIMENSION) {
        return fail_with(VP8_ENC_ERROR_BAD_DIMENSION, message);
    }
    pixels.use_argb = 1;
    pixels.width = (int)picture->width;
    pixels.height = (int)picture->height;
    pixels.writer = WebPMemoryWrite;
    pixels.custom_ptr = writer;
    const int stride = pixels.width * picture->channels;
    const int is_imported = picture->channels == 4 ? WebPPictureImportRGBA(&pixels, picture->samples, stride)
                                                   : WebPPictureImportRGB(&pixels, picture->samples, stride);
    const bool is_encoded = is_imported && WebPEncode(&config, &pixels);
    const WebPEncodingError code = is_imported ? pixels.error_code : VP8_ENC_ERROR_OUT_OF_MEMORY;
    WebPPictureFree(&pixels);
    return is_encoded ? cimagecodecs_ok : fail_with(code, message);
}

/// Puts the profile and the EXIF data around the encoded pixels.
static WebPMuxError add_metadata(
    const cimagecodecs_picture *picture, const cimagecodecs_buffer *exif, WebPMux *mux, const WebPData *pixels)
{
    WebPMuxError error = WebPMuxSetImage(mux, pixels, 0);
    if (error == WEBP_MUX_OK && picture->profile != NULL) {
        const WebPData profile = {picture->profile, picture->profile_count};
        error = WebPMuxSetChunk(mux, "ICCP", &profile, 0);
    }
    if (error == WEBP_MUX_OK && exif->count > 0) {
        const WebPData metadata = {exif->bytes, exif->count};
        error = WebPMuxSetChunk(mux, "EXIF", &metadata, 1);
    }
    return error;
}

static cimagecodecs_status assemble(
    const cimagecodecs_picture *picture, const WebPData *pixels, cimagecodecs_buffer *file, char *message)
{
    cimagecodecs_buffer exif;
    cimagecodecs_status status = cimagecodecs_make_exif(picture, true, &exif, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    WebPMux *mux = WebPMuxNew();
    WebPData whole = {0};
    WebPMuxError error = mux == NULL ? WEBP_MUX_MEMORY_ERROR : add_metadata(picture, &exif, mux, pixels);
    if (error == WEBP_MUX_OK) {
        error = WebPMuxAssemble(mux, &whole);
    }
    cimagecodecs_free_buffer(&exif);
    if (error == WEBP_MUX_MEMORY_ERROR || (error == WEBP_MUX_OK && !cimagecodecs_reserve(file, whole.size))) {
        status = out_of_memory(message);
    } else if (error != WEBP_MUX_OK) {
        status = cimagecodecs_fail(cimagecodecs_unsupported, message, "the colour profile cannot be embedded");
    } else {
        memcpy(file->bytes, whole.bytes, whole.size);
        file->count = whole.size;
    }
    WebPDataClear(&whole);
    WebPMuxDelete(mux);
    return status;
}

cimagecodecs_status cimagecodecs_encode_webp(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message)
{
    *file = (cimagecodecs_buffer){0};
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    cimagecodecs_status status = encode_pixels(picture, quality, &writer, message);
    if (status == cimagecodecs_ok) {
        const WebPData pixels = {writer.mem, writer.size};
        status = assemble(picture, &pixels, file, message);
    }
    WebPMemoryWriterClear(&writer);
    if (status != cimagecodecs_ok) {
        cimagecodecs_free_buffer(file);
    }
    return status;
}
