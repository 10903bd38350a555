#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "allocation.h"
#include "orientation.h"
#include "pixels.h"

/// What is decoded, and where libtiff's messages go.
typedef struct {
    const uint8_t *bytes;
    size_t count, position;
    TIFF *tiff;
    uint64_t max_pixels;
    cimagecodecs_picture *picture;
    char *message;
    bool has_failed;          // the message is the first error's
    bool reads_pixels;        // warnings are errors: libjpeg and the fax decoder make up what is missing
    bool ignores_messages;
    bool has_lost_profile;    // libtiff leaves out tags that it cannot read
} decoder;

/// How the samples of a picture are stored.
typedef struct {
    uint32_t width, height;
    uint16_t bits, format, samples, photometric, planes, compression, orientation;
    int colors;               // samples of a pixel without alpha and others
    bool has_alpha, is_multiplied;
    bool is_converted;        // by libtiff
    uint16_t *map[3];         // a palette's
} layout;

static int keep_message(decoder *d, const char *format, va_list arguments)
{
    if (!d->has_failed && !d->ignores_messages) {
        d->has_failed = true;
        vsnprintf(d->message, cimagecodecs_message_size, format, arguments);
    }
    return 1;
}

static int on_error(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
    (void)tiff, (void)module;
    return keep_message(data, format, arguments);
}

static int on_warning(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments)
{
    (void)tiff, (void)module;
    decoder *d = data;
    if (d->reads_pixels) {
        return keep_message(d, format, arguments);
    }
    char message[cimagecodecs_message_size];
    vsnprintf(message, sizeof message, format, arguments);
    d->has_lost_profile = d->has_lost_profile || strstr(message, "ICC Profile") != NULL;
    return 1;
}

static tmsize_t read_bytes(thandle_t handle, void *destination, tmsize_t size)
{
    decoder *d = handle;
    const size_t rest = d->count - d->position, count = (size_t)size < rest ? (size_t)size : rest;
    memcpy(destination, d->bytes + d->position, count);
    d->position += count;
    return (tmsize_t)count;
}

static tmsize_t write_bytes(thandle_t handle, void *source, tmsize_t size)
{
    (void)handle, (void)source, (void)size;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    decoder *d = handle;
    const toff_t start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? d->position : d->count;
    if (offset > d->count - start) {
        return (toff_t)-1;
    }
    d->position = (size_t)(start + offset);
    return d->position;
}

static int close_file(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of_file(thandle_t handle)
{
    return ((decoder *)handle)->count;
}

static int map_file(thandle_t handle, void **base, toff_t *size)
{
    decoder *d = handle;
    // libtiff only reads a mapped file.
    *base = (void *)(uintptr_t)d->bytes;
    *size = d->count;
    return 1;
}

static void unmap_file(thandle_t handle, void *base, toff_t size)
{
    (void)handle, (void)base, (void)size;
}

static cimagecodecs_status open_file(decoder *d)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, d->message, "not enough memory for libtiff");
    }
    // What libtiff takes for itself: tables of strips, and buffers of a strip.
    enum { allowance = 16 << 20, factor = 16 };
    const size_t file = d->count < SIZE_MAX / factor / 2 ? factor * d->count : SIZE_MAX / 2 - allowance;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)(allowance + file));
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, d);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, d);
    d->tiff = TIFFClientOpenExt(
        "TIFF", "r", d, read_bytes, write_bytes, seek, close_file, size_of_file, map_file, unmap_file, options);
    TIFFOpenOptionsFree(options);
    return d->tiff == NULL ? cimagecodecs_damaged : cimagecodecs_ok;
}

static bool is_sensor_data(TIFF *tiff)
{
    // DNG 1.7: a sensor's mosaic, and what was made of one without a tone curve.
    enum { color_filter_array = 32803, linear_raw = 34892 };
    uint16_t photometric = 0;
    return TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric) == 1 &&
        (photometric == color_filter_array || photometric == linear_raw);
}

/// Whether the file is one that a camera wrote without developing it; its TIFF pictures are then previews.
static bool is_camera_raw(decoder *d)
{
    const void *version;
    uint16_t count = 0;
    toff_t *found, directories[16];
    if ((d->count > 10 && memcmp(d->bytes + 8, "CR", 2) == 0) || is_sensor_data(d->tiff) ||
        TIFFGetField(d->tiff, TIFFTAG_DNGVERSION, &version) == 1) {
        return true;
    }
    // Without any there is no array.
    if (TIFFGetField(d->tiff, TIFFTAG_SUBIFD, &count, &found) != 1 || count == 0) {
        return false;
    }
    const size_t known = sizeof directories / sizeof *directories, used = count < known ? count : known;
    memcpy(directories, found, used * sizeof *directories);
    bool is_raw = false;
    for (size_t i = 0; i < used && !is_raw; i++) {
        is_raw = TIFFSetSubDirectory(d->tiff, directories[i]) == 1 && is_sensor_data(d->tiff);
    }
    return is_raw;
}

static bool is_picture(TIFF *tiff)
{
    uint32_t kind = 0;
    return TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind) != 1 ||
        (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0;
}

/// Goes to the first directory that is no thumbnail, and finds out whether another follows.
static cimagecodecs_status choose_directory(decoder *d)
{
    enum { most_directories = 256 };
    d->ignores_messages = true;
    const bool is_raw = is_camera_raw(d);
    tdir_t first = 0;
    if (!is_raw && TIFFSetDirectory(d->tiff, 0) == 1) {
        bool is_found = is_picture(d->tiff);
        for (tdir_t i = 1; i < most_directories && !d->picture->has_more && TIFFReadDirectory(d->tiff) == 1; i++) {
            if (is_picture(d->tiff)) {
                d->picture->has_more = is_found;
                first = is_found ? first : i;
                is_found = true;
            }
        }
    }
    d->ignores_messages = d->has_lost_profile = false;
    if (is_raw) {
        return cimagecodecs_fail(cimagecodecs_camera_raw, d->message, "it is a camera's raw file");
    }
    if (TIFFSetDirectory(d->tiff, first) != 1) {
        return cimagecodecs_damaged;
    }
    // Of tags that are of no use here.
    d->has_failed = false;
    cimagecodecs_fail(cimagecodecs_ok, d->message, "%s", d->has_lost_profile ? "it cannot be read" : "");
    return cimagecodecs_ok;
}

static cimagecodecs_status read_layout(decoder *d, layout *l)
{
    uint16_t extra_count = 0, *extras = NULL;
    TIFFGetField(d->tiff, TIFFTAG_IMAGEWIDTH, &l->width);
    TIFFGetField(d->tiff, TIFFTAG_IMAGELENGTH, &l->height);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_BITSPERSAMPLE, &l->bits);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_SAMPLEFORMAT, &l->format);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_SAMPLESPERPIXEL, &l->samples);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_PLANARCONFIG, &l->planes);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_COMPRESSION, &l->compression);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_ORIENTATION, &l->orientation);
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extras);
    if (TIFFGetField(d->tiff, TIFFTAG_PHOTOMETRIC, &l->photometric) != 1) {
        l->photometric = l->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    }
    if (l->width == 0 || l->height == 0 || l->width > INT32_MAX || l->height > INT32_MAX) {
        return cimagecodecs_fail(cimagecodecs_damaged, d->message, "it has no size");
    }
    for (uint16_t i = 0; i < extra_count && !l->has_alpha; i++) {
        l->has_alpha = extras[i] == EXTRASAMPLE_UNASSALPHA || extras[i] == EXTRASAMPLE_ASSOCALPHA;
        l->is_multiplied = extras[i] == EXTRASAMPLE_ASSOCALPHA;
        // Another channel between the colours and alpha is rare enough.
        if (l->has_alpha && i > 0) {
            return cimagecodecs_fail(cimagecodecs_unsupported, d->message, "its alpha is not its first extra channel");
        }
    }
    return cimagecodecs_ok;
}

/// Sets what the picture will be like.
static cimagecodecs_status describe(decoder *d, layout *l)
{
    cimagecodecs_picture *picture = d->picture;
    uint16_t inks = INKSET_CMYK;
    switch (l->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        l->colors = 1;
        picture->space = cimagecodecs_gray;
        break;
    case PHOTOMETRIC_PALETTE:
        l->colors = 1;
        if (l->bits > 8 || TIFFGetField(d->tiff, TIFFTAG_COLORMAP, &l->map[0], &l->map[1], &l->map[2]) != 1) {
            return cimagecodecs_fail(cimagecodecs_damaged, d->message, "its palette is missing");
        }
        break;
    case PHOTOMETRIC_RGB:
        l->colors = 3;
        break;
    case PHOTOMETRIC_SEPARATED:
        TIFFGetFieldDefaulted(d->tiff, TIFFTAG_INKSET, &inks);
        if (inks != INKSET_CMYK || l->samples < 4) {
            return cimagecodecs_fail(cimagecodecs_unsupported, d->message, "its inks are not cyan to black");
        }
        l->colors = 4;
        picture->space = cimagecodecs_cmyk;
        break;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
        l->colors = 3;
        picture->space = cimagecodecs_lab;
        if ((l->bits != 8 && l->bits != 16) || (l->has_alpha && l->is_multiplied)) {
            return cimagecodecs_fail(
                cimagecodecs_unsupported, d->message, "its colours are CIELAB's, of a kind of their own");
        }
        break;
    case PHOTOMETRIC_YCBCR:
        l->colors = 3;
        l->is_converted = l->compression != COMPRESSION_JPEG || l->planes != PLANARCONFIG_CONTIG ||
            TIFFSetField(d->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB) != 1;
        break;
    default:
        return cimagecodecs_fail(
            cimagecodecs_unsupported, d->message, "its colours are %s",
            l->photometric == PHOTOMETRIC_ITULAB ? "CIELAB's of facsimile"
            : l->photometric == PHOTOMETRIC_LOGL || l->photometric == PHOTOMETRIC_LOGLUV ? "logarithms of light"
            : "of a kind of their own");
    }
    l->is_converted = l->is_converted || l->compression == COMPRESSION_OJPEG;
    if (l->is_converted) {
        return cimagecodecs_ok;
    }
    const bool is_float = l->format == SAMPLEFORMAT_IEEEFP && (l->bits == 32 || l->bits == 64);
    const bool is_number = (l->format == SAMPLEFORMAT_UINT || l->format == SAMPLEFORMAT_VOID) &&
        ((l->bits >= 1 && l->bits <= 16) || l->bits == 32);
    if (!is_number && !is_float) {
        const char *kind =
            l->format == SAMPLEFORMAT_UINT ? "whole" : l->format == SAMPLEFORMAT_INT ? "signed"
            : l->format == SAMPLEFORMAT_IEEEFP ? "floating-point" : "complex";
        return cimagecodecs_fail(
            cimagecodecs_unsupported, d->message, "its samples are %s numbers of %d bits", kind, l->bits);
    }
    if (l->samples < l->colors + (l->has_alpha ? 1 : 0)) {
        return cimagecodecs_fail(cimagecodecs_damaged, d->message, "it has too few samples for its colours");
    }
    picture->bits = l->bits > 8 ? 16 : 8;
    picture->channels = (l->colors == 4 ? 4 : 3) + (l->has_alpha ? 1 : 0);
    return cimagecodecs_ok;
}

static uint16_t sample_of(decoder *d, double value)
{
    const double slack = 1e-3;
    if (!(value >= -slack && value <= 1 + slack)) {
        d->picture->is_clipped = true;
    }
    // NaN is 0.
    return value > 0 ? (uint16_t)((value < 1 ? value : 1) * UINT16_MAX + 0.5) : 0;
}

/// Takes `count` samples of a stored row: of up to eight bits scaled to 0…255, others to 0…65535; a palette's numbers
/// as they are.
static void unpack(decoder *d, const layout *l, const uint8_t *row, size_t count, uint16_t *samples)
{
    if (l->format == SAMPLEFORMAT_IEEEFP) {
        for (size_t i = 0; i < count; i++) {
            float single;
            double value;
            if (l->bits == 32) {
                memcpy(&single, row + 4 * i, 4);
                value = single;
            } else {
                memcpy(&value, row + 8 * i, 8);
            }
            samples[i] = sample_of(d, value);
        }
        return;
    }
    switch (l->bits) {
    case 8:
        for (size_t i = 0; i < count; i++) {
            samples[i] = row[i];
        }
        return;
    case 16:
        memcpy(samples, row, 2 * count);
        return;
    case 32:
        for (size_t i = 0; i < count; i++) {
            uint32_t value;
            memcpy(&value, row + 4 * i, 4);
            samples[i] = (uint16_t)(((uint64_t)value + 32768) / 65537);
        }
        return;
    }
    const uint32_t largest = (1u << l->bits) - 1, scale = l->bits < 8 ? UINT8_MAX : UINT16_MAX;
    size_t bit = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = 0;
        for (uint16_t b = 0; b < l->bits; b++, bit++) {
            value = value << 1 | (row[bit / 8] >> (7 - bit % 8) & 1u);
        }
        samples[i] =
            (uint16_t)(l->photometric == PHOTOMETRIC_PALETTE ? value : (value * scale + largest / 2) / largest);
    }
}

/// A sample of CIELAB as the picture has it. Of CIELAB's own, a and b are signed; of ICC's, they are not, and 100 is a
/// lightness of 0xFF00 in 16 bits (TIFF 6.0, section 23; Adobe's TIFF technical notes for PageMaker 6.0).
static uint16_t lab_sample(const layout *l, int channel, uint16_t stored)
{
    enum { most = 0xFF00 };
    if (l->photometric == PHOTOMETRIC_CIELAB) {
        return channel == 0 ? stored : stored ^ (l->bits == 8 ? 0x80 : 0x8000);
    }
    return channel > 0 || l->bits == 8 ? stored
        : stored < most ? (uint16_t)(((uint32_t)stored * UINT16_MAX + most / 2) / most) : UINT16_MAX;
}

static void store(cimagecodecs_picture *picture, size_t pixel, int channel, uint16_t value)
{
    const size_t index = pixel * (size_t)picture->channels + (size_t)channel;
    if (picture->bits == 8) {
        ((uint8_t *)picture->samples)[index] = (uint8_t)value;
    } else {
        ((uint16_t *)picture->samples)[index] = value;
    }
}

/// The samples of one channel of the file, from the `first` of each `step` unpacked, become one channel of the picture,
/// or all three where grey or a palette's number does.
static void place(
    decoder *d, const layout *l, const uint16_t *samples, size_t step, int channel, size_t pixel, size_t count)
{
    const uint16_t largest = d->picture->bits == 8 ? UINT8_MAX : UINT16_MAX;
    const bool is_inverted =
        channel < l->colors && (l->photometric == PHOTOMETRIC_MINISWHITE || l->photometric == PHOTOMETRIC_SEPARATED);
    const bool is_single = l->colors == 1, is_lab = channel < l->colors && d->picture->space == cimagecodecs_lab;
    for (size_t i = 0; i < count; i++) {
        const uint16_t stored = samples[i * step];
        const uint16_t value =
            is_lab ? lab_sample(l, channel, stored) : is_inverted ? (uint16_t)(largest - stored) : stored;
        if (is_single && channel == 0) {
            for (int c = 0; c < 3; c++) {
                const bool is_number = l->photometric == PHOTOMETRIC_PALETTE;
                store(d->picture, pixel + i, c, is_number ? l->map[c][value] : value);
            }
        } else {
            store(d->picture, pixel + i, is_single ? 3 : channel, value);
        }
    }
}

/// Whether a palette, whose numbers have 16 bits, was written with 8.
static bool has_short_map(const layout *l)
{
    for (int c = 0; c < 3; c++) {
        for (size_t i = 0; i < (size_t)1 << l->bits; i++) {
            if (l->map[c][i] > UINT8_MAX) {
                return false;
            }
        }
    }
    return true;
}

/// Has the layout use a copy of the palette, of 8 bits.
static void copy_map(layout *l, uint16_t *copy)
{
    const int shift = has_short_map(l) ? 0 : 8;
    for (size_t c = 0; c < 3; c++) {
        for (size_t i = 0; i < (size_t)1 << l->bits; i++) {
            copy[256 * c + i] = l->map[c][i] >> shift;
        }
        l->map[c] = copy + 256 * c;
    }
}

/// The strips or tiles that a picture is stored in.
typedef struct {
    bool is_tiled;
    uint32_t width, height;  // of one
    size_t row_bytes, bytes;
} blocks;

static cimagecodecs_status read_block(
    decoder *d, const layout *l, const blocks *b, uint32_t number, uint32_t x, uint32_t y, uint16_t plane,
    uint8_t *buffer, uint16_t *samples)
{
    const uint32_t rows = b->height < l->height - y ? b->height : l->height - y;
    const uint32_t columns = b->width < l->width - x ? b->width : l->width - x;
    const tmsize_t wanted = (tmsize_t)(b->is_tiled ? b->bytes : b->row_bytes * rows);
    const tmsize_t read = b->is_tiled ? TIFFReadEncodedTile(d->tiff, number, buffer, wanted)
                                      : TIFFReadEncodedStrip(d->tiff, number, buffer, wanted);
    if (read < wanted || d->has_failed) {
        return d->has_failed ? cimagecodecs_damaged
                             : cimagecodecs_fail(cimagecodecs_damaged, d->message, "some of its pixels are missing");
    }
    const bool is_separate = l->planes == PLANARCONFIG_SEPARATE;
    const size_t stored = is_separate ? 1 : l->samples;
    const int channels = l->colors + (l->has_alpha ? 1 : 0);
    for (uint32_t row = 0; row < rows; row++) {
        const size_t pixel = (size_t)(y + row) * l->width + x;
        unpack(d, l, buffer + row * b->row_bytes, columns * stored, samples);
        if (is_separate) {
            place(d, l, samples, 1, plane, pixel, columns);
        } else {
            for (int c = 0; c < channels; c++) {
                place(d, l, samples + c, stored, c, pixel, columns);
            }
        }
    }
    return cimagecodecs_ok;
}

static cimagecodecs_status read_blocks(decoder *d, const layout *l, const blocks *b, uint8_t *buffer, uint16_t *samples)
{
    const int planes = l->planes == PLANARCONFIG_SEPARATE ? l->colors + (l->has_alpha ? 1 : 0) : 1;
    for (uint16_t plane = 0; plane < planes; plane++) {
        for (uint32_t y = 0; y < l->height; y += b->height) {
            for (uint32_t x = 0; x < l->width; x += b->width) {
                const uint32_t number =
                    b->is_tiled ? TIFFComputeTile(d->tiff, x, y, 0, plane) : TIFFComputeStrip(d->tiff, y, plane);
                const cimagecodecs_status status = read_block(d, l, b, number, x, y, plane, buffer, samples);
                if (status != cimagecodecs_ok) {
                    return status;
                }
            }
        }
    }
    return cimagecodecs_ok;
}

static cimagecodecs_status read_samples(decoder *d, layout *l)
{
    blocks b = {.is_tiled = TIFFIsTiled(d->tiff) != 0};
    if (b.is_tiled) {
        TIFFGetField(d->tiff, TIFFTAG_TILEWIDTH, &b.width);
        TIFFGetField(d->tiff, TIFFTAG_TILELENGTH, &b.height);
        b.bytes = (size_t)TIFFTileSize(d->tiff);
        b.row_bytes = (size_t)TIFFTileRowSize(d->tiff);
    } else {
        b.width = l->width;
        TIFFGetFieldDefaulted(d->tiff, TIFFTAG_ROWSPERSTRIP, &b.height);
        b.height = b.height < l->height ? b.height : l->height;
        b.row_bytes = (size_t)TIFFScanlineSize(d->tiff);
        b.bytes = b.row_bytes * b.height;
    }
    // libtiff's own sizes, checked for overflow; and the row holds what is read from it.
    const size_t stored = l->planes == PLANARCONFIG_SEPARATE ? 1 : l->samples;
    const uint64_t row_bits = (uint64_t)b.width * stored * l->bits;
    if (b.width == 0 || b.height == 0 || b.row_bytes == 0 || row_bits > 8 * (uint64_t)b.row_bytes ||
        b.bytes / b.row_bytes < b.height) {
        return d->has_failed ? cimagecodecs_damaged
                             : cimagecodecs_fail(cimagecodecs_damaged, d->message, "its strips have no size");
    }
    // A tile may be larger than the picture, but not by any amount.
    enum { allowance = 16 << 20, largest_pixel = 32 };
    if (b.bytes > allowance + largest_pixel * ((size_t)l->width * l->height)) {
        return cimagecodecs_fail(cimagecodecs_unsupported, d->message, "its tiles are far larger than the picture");
    }
    uint16_t map[3 * 256];
    if (l->photometric == PHOTOMETRIC_PALETTE) {
        copy_map(l, map);
    }
    uint8_t *buffer = malloc(b.bytes);
    uint16_t *samples = malloc(b.width * stored * sizeof *samples);
    const cimagecodecs_status status = buffer == NULL || samples == NULL
        ? cimagecodecs_fail(cimagecodecs_out_of_memory, d->message, "not enough memory for a part of the picture")
        : read_blocks(d, l, &b, buffer, samples);
    free(buffer);
    free(samples);
    return status;
}

/// Has libtiff convert to 8-bit RGB what is rare: YCbCr without JPEG, and old JPEGs.
static cimagecodecs_status convert(decoder *d, const layout *l)
{
    char why[1024] = "";
    if (!TIFFRGBAImageOK(d->tiff, why)) {
        return cimagecodecs_fail(cimagecodecs_unsupported, d->message, "%s", why);
    }
    cimagecodecs_picture *picture = d->picture;
    picture->space = cimagecodecs_rgb;
    picture->channels = 4;
    picture->bits = 8;
    const cimagecodecs_status status = cimagecodecs_allocate(picture, d->message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    // The file's own orientation: libtiff turns nothing.
    uint32_t *pixels = picture->samples;
    const int orientation = l->orientation >= 1 && l->orientation <= 8 ? l->orientation : ORIENTATION_TOPLEFT;
    const int is_read = TIFFReadRGBAImageOriented(d->tiff, l->width, l->height, pixels, orientation, 1);
    if (!is_read || d->has_failed) {
        return d->has_failed ? cimagecodecs_damaged
                             : cimagecodecs_fail(cimagecodecs_damaged, d->message, "it cannot be converted");
    }
    uint8_t *samples = picture->samples;
    const size_t count = picture->width * picture->height;
    if (!l->has_alpha) {
        picture->channels = 3;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t pixel = pixels[i];
        *samples++ = (uint8_t)TIFFGetR(pixel);
        *samples++ = (uint8_t)TIFFGetG(pixel);
        *samples++ = (uint8_t)TIFFGetB(pixel);
        if (l->has_alpha) {
            *samples++ = (uint8_t)TIFFGetA(pixel);
        }
    }
    if (l->has_alpha) {
        cimagecodecs_unpremultiply(picture);
    }
    return cimagecodecs_ok;
}

static void read_density(decoder *d)
{
    float x = 0, y = 0;
    uint16_t unit = RESUNIT_INCH;
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    if (TIFFGetField(d->tiff, TIFFTAG_XRESOLUTION, &x) != 1 || TIFFGetField(d->tiff, TIFFTAG_YRESOLUTION, &y) != 1 ||
        !(isfinite(x) && isfinite(y) && x > 0 && y > 0) || (unit == RESUNIT_NONE && x == y)) {
        return;
    }
    d->picture->density = (cimagecodecs_density){
        x, y,
        unit == RESUNIT_CENTIMETER ? cimagecodecs_per_centimeter
            : unit == RESUNIT_NONE ? cimagecodecs_ratio : cimagecodecs_per_inch};
}

static cimagecodecs_status decode(decoder *d)
{
    layout l = {0};
    cimagecodecs_status status = open_file(d);
    if (status == cimagecodecs_ok) {
        status = choose_directory(d);
    }
    if (status == cimagecodecs_ok) {
        status = read_layout(d, &l);
    }
    if (status == cimagecodecs_ok) {
        status = cimagecodecs_set_size(d->picture, l.width, l.height, d->max_pixels, d->message);
    }
    if (status != cimagecodecs_ok) {
        return status;
    }
    if (!TIFFIsCODECConfigured(l.compression)) {
        return cimagecodecs_fail(
            cimagecodecs_unsupported, d->message, "this libtiff does not know its compression, number %d",
            l.compression);
    }
    read_density(d);
    status = cimagecodecs_keep_tiff_exif(d->picture, d->bytes, d->count, TIFFCurrentDirOffset(d->tiff), d->message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    uint32_t count = 0;
    const void *profile = NULL;
    if (TIFFGetField(d->tiff, TIFFTAG_ICCPROFILE, &count, &profile) == 1) {
        status = cimagecodecs_copy_profile(d->picture, profile, count, d->message);
        if (status != cimagecodecs_ok) {
            return status;
        }
    }
    status = describe(d, &l);
    d->reads_pixels = true;
    if (status == cimagecodecs_ok && l.is_converted) {
        status = convert(d, &l);
    } else if (status == cimagecodecs_ok) {
        status = cimagecodecs_allocate(d->picture, d->message);
        if (status == cimagecodecs_ok) {
            status = read_samples(d, &l);
        }
        if (status == cimagecodecs_ok && l.has_alpha && l.is_multiplied) {
            cimagecodecs_unpremultiply(d->picture);
        }
    }
    return status == cimagecodecs_ok ? cimagecodecs_turn_upright(d->picture, l.orientation, d->message) : status;
}

cimagecodecs_status cimagecodecs_decode_tiff(
    const uint8_t *bytes, size_t count, uint64_t max_pixels, cimagecodecs_picture *picture, char *message)
{
    *picture = (cimagecodecs_picture){0};
    decoder d = {.bytes = bytes, .count = count, .max_pixels = max_pixels, .picture = picture, .message = message};
    const cimagecodecs_status status = decode(&d);
    if (d.tiff != NULL) {
        TIFFClose(d.tiff);
    }
    if (status != cimagecodecs_ok && status != cimagecodecs_too_large) {
        cimagecodecs_free_picture(picture);
    }
    return status;
}
