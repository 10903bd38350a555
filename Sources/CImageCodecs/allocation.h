#ifndef HARMONIZE_CODECS_ALLOCATION_H
#define HARMONIZE_CODECS_ALLOCATION_H

#include <stdbool.h>

#include "CImageCodecs.h"

/// Sets the picture's width and height, each below 2³¹, and refuses more than `max_pixels` pixels.
harmonize_codecs_status harmonize_codecs_set_size(
    harmonize_codecs_picture *picture, size_t width, size_t height, uint64_t max_pixels, char *message);

/// Allocates the samples of a picture whose other fields are set.
harmonize_codecs_status harmonize_codecs_allocate(harmonize_codecs_picture *picture, char *message);

/// Gives the buffer room for `count` more bytes; false when there is no memory for them.
bool harmonize_codecs_reserve(harmonize_codecs_buffer *buffer, size_t count);

/// Writes the message, cut to its room, and returns `status`.
harmonize_codecs_status harmonize_codecs_fail(
    harmonize_codecs_status status, char *message, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
