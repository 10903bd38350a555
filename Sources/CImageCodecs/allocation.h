#ifndef CIMAGECODECS_ALLOCATION_H
#define CIMAGECODECS_ALLOCATION_H

#include <stdbool.h>

#include "CImageCodecs.h"

/// Sets the picture's width and height, each below 2³¹; `cimagecodecs_too_large` beyond `max_pixels` pixels.
cimagecodecs_status cimagecodecs_set_size(
    cimagecodecs_picture *picture, size_t width, size_t height, uint64_t max_pixels, char *message);

/// Allocates the samples of a picture whose other fields are set.
cimagecodecs_status cimagecodecs_allocate(cimagecodecs_picture *picture, char *message);

/// Grows the buffer's capacity for `count` more bytes; false when out of memory.
bool cimagecodecs_reserve(cimagecodecs_buffer *buffer, size_t count);

/// Formats the message, truncated to its capacity, and returns `status`.
cimagecodecs_status cimagecodecs_fail(
    cimagecodecs_status status, char *message, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// Whether the machine is little-endian; PNG is big-endian.
static inline bool cimagecodecs_is_little_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

#endif
