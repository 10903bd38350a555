#ifndef HARMONIZE_CODECS_H
#define HARMONIZE_CODECS_H

#include <stddef.h>
#include <stdint.h>

/// PNG and JPEG, from memory and to memory. Every function returns a status; no jump leaves this module.

/// How a call ended. Anything but `ok` comes with a message.
typedef enum {
    cimagecodecs_ok = 0,
    cimagecodecs_damaged,       // cut short, or against the format's rules
    cimagecodecs_unsupported,   // by the rules, but of a kind that is not read or cannot be written
    cimagecodecs_too_large,     // more pixels than the caller allows; width and height are set
    cimagecodecs_out_of_memory,
} cimagecodecs_status;

/// The room for a message, its closing zero included.
enum { cimagecodecs_message_size = 256 };

/// A decoded picture: height × width × channels samples, row by row.
typedef struct {
    size_t width, height;
    int channels;  // 3: red, green, blue; 4: alpha too, the colours not multiplied by it
    int bits;      // 8: samples are uint8_t; 16: uint16_t in the machine's byte order
    void *samples;
} cimagecodecs_picture;

/// An encoded file.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} cimagecodecs_buffer;

/// Decodes the PNG file of `count` bytes: any colour type and depth, interlaced or not. Files of up to eight bits give
/// 8-bit samples, with 1, 2 and 4-bit greys stretched to 0…255; 16-bit files give 16-bit samples. A transparent colour
/// or palette entry becomes an alpha channel. Gamma and colour profiles are ignored.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_png(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the JPEG file of `count` bytes to three 8-bit channels, turned upright as its EXIF orientation says.
/// Greys, YCbCr, RGB, CMYK and YCCK are read; the last two as inverted ink, which is what Adobe's programs write.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_jpeg(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Encodes `height` × `width` × 3 bytes as an 8-bit RGB PNG.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_png(
    const uint8_t *rgb, size_t width, size_t height, cimagecodecs_buffer *file, char *message);

/// Encodes `height` × `width` × 3 bytes as a baseline JPEG with full-resolution colour (4:4:4) at `quality` 1…100.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_jpeg(
    const uint8_t *rgb, size_t width, size_t height, int quality, cimagecodecs_buffer *file, char *message);

/// Frees the samples and empties the picture.
void cimagecodecs_free_picture(cimagecodecs_picture *picture);

/// Frees the bytes and empties the buffer.
void cimagecodecs_free_buffer(cimagecodecs_buffer *buffer);

#endif
