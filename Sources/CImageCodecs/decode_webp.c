#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/mux.h>

#include "allocation.h"
#include "orientation.h"
#include "pixels.h"

static cimagecodecs_status fail_with(VP8StatusCode code, char *message)
{
    switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the picture");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "libwebp does not know it");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
        return cimagecodecs_fail(cimagecodecs_damaged, message, "the file ends too early");
    default:
        return cimagecodecs_fail(cimagecodecs_damaged, message, "its pixels cannot be decoded");
    }
}

/// Whether the file is as long as its header says, which libwebp does not check behind the pixels.
static bool is_whole(const uint8_t *bytes, size_t count)
{
    size_t size = 0;
    for (int i = 0; i < 4; i++) {
        size |= (size_t)bytes[4 + i] << 8 * i;
    }
    return size <= count - 8;
}

/// Decodes one bitstream to the picture's samples, its first pixel to `x`, `y`.
static cimagecodecs_status decode_at(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, size_t x, size_t y, char *message)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "this libwebp is another than harmonize's");
    }
    const VP8StatusCode features = WebPGetFeatures(bytes, count, &config.input);
    if (features != VP8_STATUS_OK) {
        return fail_with(features, message);
    }
    const size_t width = (size_t)config.input.width, height = (size_t)config.input.height;
    if (x > picture->width || y > picture->height || width > picture->width - x || height > picture->height - y) {
        return cimagecodecs_fail(cimagecodecs_damaged, message, "its pixels are not of the size that it states");
    }
    const size_t channels = (size_t)picture->channels, stride = picture->width * channels;
    if (stride > INT32_MAX) {
        return cimagecodecs_fail(cimagecodecs_unsupported, message, "its rows are too long");
    }
    config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = (uint8_t *)picture->samples + y * stride + x * channels;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = stride * (height - 1) + width * channels;
    const VP8StatusCode status = WebPDecode(bytes, count, &config);
    WebPFreeDecBuffer(&config.output);
    return status == VP8_STATUS_OK ? cimagecodecs_ok : fail_with(status, message);
}

/// The first frame of an animation, on a transparent canvas.
static cimagecodecs_status decode_frame(cimagecodecs_picture *picture, const WebPMux *mux, char *message)
{
    WebPMuxFrameInfo frame;
    const WebPMuxError error = WebPMuxGetFrame(mux, 1, &frame);
    if (error == WEBP_MUX_MEMORY_ERROR) {
        return fail_with(VP8_STATUS_OUT_OF_MEMORY, message);
    }
    if (error != WEBP_MUX_OK || frame.x_offset < 0 || frame.y_offset < 0) {
        if (error == WEBP_MUX_OK) {
            WebPDataClear(&frame.bitstream);
        }
        return cimagecodecs_fail(cimagecodecs_damaged, message, "its first frame cannot be found");
    }
    picture->channels = 4;
    cimagecodecs_status status = cimagecodecs_allocate(picture, message);
    if (status == cimagecodecs_ok) {
        memset(picture->samples, 0, picture->width * picture->height * 4);
        status = decode_at(
            picture, frame.bitstream.bytes, frame.bitstream.size, (size_t)frame.x_offset, (size_t)frame.y_offset,
            message);
    }
    WebPDataClear(&frame.bitstream);
    return status;
}

static cimagecodecs_status decode(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, uint64_t max_pixels, WebPMux **mux,
    char *message)
{
    WebPBitstreamFeatures features;
    const VP8StatusCode code = WebPGetFeatures(bytes, count, &features);
    if (code != VP8_STATUS_OK) {
        return fail_with(code, message);
    }
    cimagecodecs_status status = cimagecodecs_set_size(
        picture, (size_t)features.width, (size_t)features.height, max_pixels, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    if (!is_whole(bytes, count)) {
        return fail_with(VP8_STATUS_NOT_ENOUGH_DATA, message);
    }
    picture->bits = 8;
    const WebPData data = {bytes, count};
    *mux = WebPMuxCreate(&data, 0);
    if (*mux == NULL) {
        return cimagecodecs_fail(cimagecodecs_damaged, message, "its parts are not as they should be");
    }
    int frames = 0;
    if (features.has_animation) {
        picture->has_more = WebPMuxNumChunks(*mux, WEBP_CHUNK_ANMF, &frames) == WEBP_MUX_OK && frames > 1;
        status = decode_frame(picture, *mux, message);
    } else {
        picture->channels = features.has_alpha ? 4 : 3;
        status = cimagecodecs_allocate(picture, message);
        if (status == cimagecodecs_ok) {
            status = decode_at(picture, bytes, count, 0, 0, message);
        }
    }
    WebPData profile;
    if (status == cimagecodecs_ok && WebPMuxGetChunk(*mux, "ICCP", &profile) == WEBP_MUX_OK) {
        status = cimagecodecs_copy_profile(picture, profile.bytes, profile.size, message);
    }
    WebPData metadata;
    cimagecodecs_exif exif = {0};
    if (status == cimagecodecs_ok && WebPMuxGetChunk(*mux, "EXIF", &metadata) == WEBP_MUX_OK) {
        cimagecodecs_read_exif(metadata.bytes, metadata.size, &exif);
        picture->density = exif.density;
        status = cimagecodecs_turn_upright(picture, exif.orientation, message);
        if (status == cimagecodecs_ok) {
            status = cimagecodecs_keep_exif(picture, metadata.bytes, metadata.size, message);
        }
    }
    return status;
}

cimagecodecs_status cimagecodecs_decode_webp(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message)
{
    *picture = (cimagecodecs_picture){0};
    WebPMux *mux = NULL;
    const cimagecodecs_status status = decode(picture, bytes, count, max_pixels, &mux, message);
    WebPMuxDelete(mux);
    if (status != cimagecodecs_ok && status != cimagecodecs_too_large) {
        cimagecodecs_free_picture(picture);
    }
    return status;
}
