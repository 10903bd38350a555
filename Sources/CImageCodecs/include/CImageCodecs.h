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

/// The most bytes that a colour profile may have.
enum { cimagecodecs_max_profile = 8 << 20 };

/// The most scans that a JPEG may have; encoders make about ten, and tools that look for the smallest file some more.
enum { cimagecodecs_max_scans = 100 };

/// What the samples of a file stand for.
typedef enum {
    cimagecodecs_rgb = 0,
    cimagecodecs_gray,  // a grey file, whose samples are three equal ones to a pixel here
    cimagecodecs_cmyk,  // inverted ink: the largest value is none
} cimagecodecs_space;

/// What a density counts by.
typedef enum {
    cimagecodecs_no_density = 0,
    cimagecodecs_ratio,  // no unit: only x to y matters
    cimagecodecs_per_inch,
    cimagecodecs_per_centimeter,
    cimagecodecs_per_meter,
} cimagecodecs_unit;

/// How many pixels to a unit of length: both above 0, unless the unit says that there is no density.
typedef struct {
    double x, y;
    cimagecodecs_unit unit;
} cimagecodecs_density;

/// A picture: height × width × channels samples, row by row, and what its file says of it.
typedef struct {
    size_t width, height;
    int channels;  // 3: red, green, blue; 4: alpha too, the colours not multiplied by it, or the four inks
    int bits;      // 8: samples are uint8_t; 16: uint16_t in the machine's byte order
    cimagecodecs_space space;
    void *samples;
    uint8_t *profile;  // an ICC profile of `profile_count` bytes, as it is in the file; NULL for none
    size_t profile_count;
    cimagecodecs_density density;
} cimagecodecs_picture;

/// An encoded file.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} cimagecodecs_buffer;

/// Decodes the PNG file of `count` bytes: any colour type and depth, interlaced or not. Files of up to eight bits give
/// 8-bit samples, with 1, 2 and 4-bit greys stretched to 0…255; 16-bit files give 16-bit samples. A transparent colour
/// or palette entry becomes an alpha channel. The samples are as stored: gamma is ignored, and an ICC profile is only
/// handed on. A profile that cannot be read is left out, and on `ok` the message, empty otherwise, says why.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_png(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the JPEG file of `count` bytes to 8-bit channels, turned upright as its EXIF orientation says, with its
/// density. Greys, YCbCr and RGB give three channels, CMYK and YCCK four, as inverted ink, which is what Adobe's programs
/// write. The density is JFIF's, or else EXIF's. Profiles are treated as by `cimagecodecs_decode_png`.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_jpeg(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Encodes a picture of three channels as an RGB PNG of its bits, with its profile and its density, whose unit is the
/// metre or none; the density's numbers are whole and below 2³¹.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_png(
    const cimagecodecs_picture *picture, cimagecodecs_buffer *file, char *message);

/// Encodes a picture of three 8-bit channels as a baseline JPEG with full-resolution colour (4:4:4) at `quality` 1…100,
/// with its profile and its density, whose unit is not the metre; the density's numbers are whole and below 2¹⁶.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_jpeg(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message);

/// Frees the samples and the profile, and empties the picture.
void cimagecodecs_free_picture(cimagecodecs_picture *picture);

/// Frees the bytes and empties the buffer.
void cimagecodecs_free_buffer(cimagecodecs_buffer *buffer);

#endif
