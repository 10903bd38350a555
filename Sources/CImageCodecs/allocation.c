#include "allocation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

harmonize_codecs_status harmonize_codecs_set_size(
    harmonize_codecs_picture *picture, size_t width, size_t height, uint64_t max_pixels, char *message)
{
    picture->width = width;
    picture->height = height;
    // The number of pixels fits in 64 bits; the number of bytes, eight to a pixel at most, may not.
    const uint64_t pixels = (uint64_t)width * height;
    if (pixels > max_pixels || pixels > SIZE_MAX / 8) {
        return harmonize_codecs_fail(
            harmonize_codecs_too_large, message, "%zu×%zu pixels are too many", width, height);
    }
    return harmonize_codecs_ok;
}

harmonize_codecs_status harmonize_codecs_allocate(harmonize_codecs_picture *picture, char *message)
{
    const size_t pixel_bytes = (size_t)picture->channels * (size_t)picture->bits / 8;
    picture->samples = malloc(picture->width * picture->height * pixel_bytes);
    if (picture->samples == NULL) {
        return harmonize_codecs_fail(
            harmonize_codecs_out_of_memory, message, "not enough memory for %zu×%zu pixels", picture->width,
            picture->height);
    }
    return harmonize_codecs_ok;
}

bool harmonize_codecs_reserve(harmonize_codecs_buffer *buffer, size_t count)
{
    if (buffer->capacity - buffer->count >= count) {
        return true;
    }
    if (count > SIZE_MAX / 2 - buffer->capacity) {
        return false;
    }
    const size_t capacity = 2 * buffer->capacity + count;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

harmonize_codecs_status harmonize_codecs_fail(
    harmonize_codecs_status status, char *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, harmonize_codecs_message_size, format, arguments);
    va_end(arguments);
    return status;
}

void harmonize_codecs_free_picture(harmonize_codecs_picture *picture)
{
    free(picture->samples);
    *picture = (harmonize_codecs_picture){0};
}

void harmonize_codecs_free_buffer(harmonize_codecs_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (harmonize_codecs_buffer){0};
}
