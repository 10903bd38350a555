#include "allocation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

cimagecodecs_status cimagecodecs_set_size(
    cimagecodecs_picture *picture, size_t width, size_t height, uint64_t max_pixels, char *message)
{
    picture->width = width;
    picture->height = height;
    // The number of pixels fits in 64 bits; the number of bytes, at most ten per pixel, may not.
    const uint64_t pixels = (uint64_t)width * height;
    if (pixels > max_pixels || pixels > SIZE_MAX / 10) {
        return cimagecodecs_fail(
            cimagecodecs_too_large, message, "%zu×%zu pixels are too many", width, height);
    }
    return cimagecodecs_ok;
}

cimagecodecs_status cimagecodecs_allocate(cimagecodecs_picture *picture, char *message)
{
    const size_t pixel_bytes = (size_t)picture->channels * (size_t)picture->bits / 8;
    picture->samples = malloc(picture->width * picture->height * pixel_bytes);
    if (picture->samples == NULL) {
        return cimagecodecs_fail(
            cimagecodecs_out_of_memory, message, "not enough memory for %zu×%zu pixels", picture->width,
            picture->height);
    }
    return cimagecodecs_ok;
}

bool cimagecodecs_reserve(cimagecodecs_buffer *buffer, size_t count)
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

cimagecodecs_status cimagecodecs_fail(
    cimagecodecs_status status, char *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, cimagecodecs_message_size, format, arguments);
    va_end(arguments);
    return status;
}

void cimagecodecs_free_picture(cimagecodecs_picture *picture)
{
    free(picture->samples);
    free(picture->profile);
    free(picture->exif);
    *picture = (cimagecodecs_picture){0};
}

void cimagecodecs_free_buffer(cimagecodecs_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (cimagecodecs_buffer){0};
}
