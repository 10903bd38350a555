#ifndef HARMONIZE_CODECS_H
#define HARMONIZE_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Codecs of picture files in memory. Errors are status codes; no `longjmp` leaves this module.

/// The result of a call. All but `ok` set the message.
typedef enum {
    cimagecodecs_ok = 0,
    cimagecodecs_damaged,       // truncated or invalid
    cimagecodecs_unsupported,   // valid, but not supported by the decoder or encoder
    cimagecodecs_too_large,     // more pixels than the caller allows; width and height are set
    cimagecodecs_out_of_memory,
    cimagecodecs_camera_raw,    // a TIFF file around what a camera's sensor saw
} cimagecodecs_status;

/// The capacity of a message, including the terminating zero.
enum { cimagecodecs_message_size = 256 };

/// The largest accepted colour profile, in bytes.
enum { cimagecodecs_max_profile = 8 << 20 };

/// The most scans accepted in a JPEG; encoders write about ten, file size optimizers some more.
enum { cimagecodecs_max_scans = 100 };

/// The colour model of a file's samples.
typedef enum {
    cimagecodecs_rgb = 0,
    cimagecodecs_gray,  // a grey file, expanded to three equal samples per pixel
    cimagecodecs_cmyk,  // inverted: the largest value is no ink
    cimagecodecs_lab,   // CIELAB of D50: the largest L is 100; a + 128 and b + 128, in 16 bits by 256
} cimagecodecs_space;

/// The unit of a density.
typedef enum {
    cimagecodecs_no_density = 0,
    cimagecodecs_ratio,  // no unit: only x to y matters
    cimagecodecs_per_inch,
    cimagecodecs_per_centimeter,
    cimagecodecs_per_meter,
} cimagecodecs_unit;

/// Pixels per unit of length: both above 0, unless the unit is `cimagecodecs_no_density`.
typedef struct {
    double x, y;
    cimagecodecs_unit unit;
} cimagecodecs_density;

/// A picture: height × width × channels samples, row-major, with the metadata of its file.
typedef struct {
    size_t width, height;
    int channels;  // 3: RGB or CIELAB; 4: with alpha, not premultiplied, or CMYK; 5: CMYK with alpha
    int bits;      // 8: samples are uint8_t; 16: uint16_t in the machine's byte order
    cimagecodecs_space space;
    void *samples;
    uint8_t *profile;  // the embedded ICC profile of `profile_count` bytes; NULL for none
    size_t profile_count;
    uint8_t *exif;     // EXIF data of `exif_count` bytes, from its TIFF header on, as it was read; NULL for none
    size_t exif_count;
    cimagecodecs_density density;
    bool has_more;     // the file holds further pictures, of which this is the first or foremost
    bool is_clipped;   // samples that were not in 0…1 were clipped
    int primaries, transfer;  // the colour space by numbers of ITU-T H.273, without a profile; 0 for none
    int orientation;  // EXIF's, 1…8, by which the stored pixels were turned upright; 1 for not at all
} cimagecodecs_picture;

/// An encoded file.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} cimagecodecs_buffer;

/// The mapping from stored to upright pixel indices: stored (x, y) goes to `origin` + x·`step_x` + y·`step_y`.
typedef struct {
    size_t width, height;  // upright
    ptrdiff_t origin, step_x, step_y;
} cimagecodecs_placement;

/// The mapping for an EXIF orientation; any but 1…8 counts as 1.
cimagecodecs_placement cimagecodecs_upright(size_t stored_width, size_t stored_height, int orientation);

/// Decodes the PNG file of `count` bytes, of any colour type and depth, interlaced or not. Files of up to eight bits
/// give 8-bit samples, with 1, 2 and 4-bit greys scaled to 0…255; 16-bit files give 16-bit samples. A transparent
/// colour or palette entry becomes an alpha channel. Samples are as stored: gamma is ignored, and an ICC profile is
/// returned, not applied. They are turned upright by the orientation in EXIF data (eXIf, or a text "Raw profile type
/// exif"), or else in XMP. An unreadable profile is dropped; on `ok` the message is then the reason, else empty.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_png(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the JPEG file of `count` bytes to 8-bit channels, turned by its EXIF orientation, or else XMP's, with its
/// density. Grey,
/// YCbCr and RGB give three channels, CMYK and YCCK four, as inverted ink, as written by Adobe's programs. The density
/// is JFIF's, or else EXIF's. Profiles are treated as by `cimagecodecs_decode_png`.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_jpeg(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the WebP file of `count` bytes, lossy or lossless, to 8-bit channels, upright. Of an animation it is the
/// first frame on its canvas. Profiles are treated as by `cimagecodecs_decode_png`.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_webp(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the first picture of the TIFF file of `count` bytes that is no thumbnail, upright. Up to eight bits give
/// 8-bit samples, more give 16-bit samples, as do floating-point numbers, clipped to 0…1. Grey, palettes, YCbCr and
/// CIELAB give three channels, CMYK four, as inverted ink; alpha is divided out where colours are multiplied by it.
/// Profiles are treated as by `cimagecodecs_decode_png`.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_tiff(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Decodes the main picture of the HEIC or AVIF file of `count` bytes, upright. Up to eight bits give 8-bit samples,
/// more give 16-bit samples. Profiles are treated as by `cimagecodecs_decode_png`.
/// On `ok` the caller frees `picture` with `cimagecodecs_free_picture`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_decode_heif(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message);

/// Encodes a picture of three or four channels as an RGB or RGBA PNG of its bit depth, with its profile, density and
/// EXIF data. The density's unit is the metre, a ratio or none; its numbers are integers below 2³¹. Here and below,
/// EXIF data is made to say what the file is like, loses its thumbnail, and is left out where it is not sound.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_png(
    const cimagecodecs_picture *picture, cimagecodecs_buffer *file, char *message);

/// Encodes a picture of three 8-bit channels as a baseline JPEG without chroma subsampling (4:4:4) at `quality` 1…100,
/// with its profile, density and EXIF data. The density's unit is not the metre; its numbers are integers below 2¹⁶.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_jpeg(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message);

/// Encodes a picture of three or four 8-bit channels as a WebP with its profile, density and EXIF data: without loss,
/// or with at a quality of 1…100 above 0. The density's unit is not the metre; its numbers are integers below 2³².
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_webp(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message);

/// Encodes a picture of three or four channels as a deflated RGB or RGBA TIFF of its bit depth, with its profile,
/// density and EXIF data but for a maker's notes. The density is as for `cimagecodecs_encode_webp`.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_tiff(
    const cimagecodecs_picture *picture, cimagecodecs_buffer *file, char *message);

/// Encodes a picture of three or four channels as an AVIF of 8 bits, or 12 for a picture of 16, without chroma
/// subsampling, with its profile, density and EXIF data, at a quality of 1…100: 100 is without loss. The density is as
/// for `cimagecodecs_encode_webp`.
/// On `ok` the caller frees `file` with `cimagecodecs_free_buffer`; otherwise there is nothing to free.
cimagecodecs_status cimagecodecs_encode_avif(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message);

/// Frees the samples, the profile and the EXIF data, and empties the picture.
void cimagecodecs_free_picture(cimagecodecs_picture *picture);

/// Frees the bytes and empties the buffer.
void cimagecodecs_free_buffer(cimagecodecs_buffer *buffer);

#endif
