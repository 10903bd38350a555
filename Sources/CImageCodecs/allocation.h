#ifndef CIMAGECODECS_ALLOCATION_H
#define CIMAGECODECS_ALLOCATION_H

#include <stdbool.h>

#include "CImageCodecs.h"

/// Sets the picture's width and height, each below 2³¹, and refuses more than `max_pixels` pixels.
cimagecodecs_status cimagecodecs_set_size(
    cimagecodecs_picture *picture, size_t width, size_t height, uint64_t max_pixels, char *message);

/// Allocates the samples of a picture whose other fields are set.
cimagecodecs_status cimagecodecs_allocate(cimagecodecs_picture *picture, char *message);

/// Gives the buffer room for `count` more bytes; false when there is no memory for them.
bool cimagecodecs_reserve(cimagecodecs_buffer *buffer, size_t count);

/// Writes the message, cut to its room, and returns `status`.
cimagecodecs_status cimagecodecs_fail(
    cimagecodecs_status status, char *message, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// Whether the machine's numbers begin with their least significant byte; PNG's begin with the most significant one.
static inline bool cimagecodecs_is_little_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

#endif
