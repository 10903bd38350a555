#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "exif.h"

// EXIF data of a PNG, or at least how it is turned: in an eXIf chunk (PNG specification, third edition, 11.3.4.5),
// before or behind the pixels; in the texts "Raw profile type exif" or "... APP1" with the hexadecimal digits of EXIF
// data, which ImageMagick writes; in XMP. Chunks are looked up here and not by libpng, which would take memory for
// every text of the file.

enum {
    signature_size = 8,
    chunk_overhead = 12,          // length, name and checksum
    longest_profile = 256 << 10,  // EXIF data in a JPEG has at most 64 KB; as text, each byte takes two characters
};

typedef struct {
    const uint8_t *name, *data;
    size_t count;
} chunk;

static uint32_t number(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// Takes the chunk at `position` and moves on to the next; false where there is none.
static bool next_chunk(const uint8_t *bytes, size_t count, size_t *position, chunk *found)
{
    if (count < chunk_overhead || *position > count - chunk_overhead) {
        return false;
    }
    const size_t length = number(bytes + *position);
    if (length > count - chunk_overhead - *position) {
        return false;
    }
    *found = (chunk){.name = bytes + *position + 4, .data = bytes + *position + 8, .count = length};
    *position += chunk_overhead + length;
    return true;
}

static bool is(const chunk *c, const char *name)
{
    return memcmp(c->name, name, 4) == 0;
}

static bool is_intact(const chunk *c)
{
    return crc32(0, c->name, (uInt)(c->count + 4)) == number(c->data + c->count);
}

/// Skips a text chunk's keyword with its final zero, if it is `keyword`.
static bool skip_keyword(chunk *text, const char *keyword)
{
    const size_t length = strlen(keyword) + 1;
    if (text->count < length || memcmp(text->data, keyword, length) != 0) {
        return false;
    }
    text->data += length;
    text->count -= length;
    return true;
}

static bool is_digit(uint8_t c, int *value)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = c == 0 ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    *value = digit == NULL ? 0 : (int)(digit - digits);
    return digit != NULL;
}

/// Decodes "\nname\n  length\n" and hexadecimal digits with line breaks among them, in place; returns the bytes.
static size_t decode_hexadecimal(uint8_t *text, size_t count)
{
    size_t position = 0, written = 0;
    for (int lines = 0; lines < 3 && position < count; position++) {
        lines += text[position] == '\n';
    }
    int high = -1, value;
    for (; position < count; position++) {
        if (!is_digit(text[position], &value)) {
            continue;
        }
        if (high < 0) {
            high = value;
        } else {
            text[written++] = (uint8_t)(high << 4 | value);
            high = -1;
        }
    }
    return written;
}

/// The EXIF data of a profile, `count` bytes, which the caller frees; NULL where there is none.
static uint8_t *read_profile(const chunk *text, bool is_compressed, size_t *count)
{
    uLongf length = longest_profile;
    uint8_t *buffer = malloc(longest_profile);
    if (buffer == NULL) {
        return NULL;
    }
    bool is_read = false;
    if (!is_compressed) {
        length = text->count < longest_profile ? text->count : longest_profile;
        memcpy(buffer, text->data, length);
        is_read = true;
    } else if (text->count > 1 && text->data[0] == 0) {
        // The orientation is near the start: what is longer is cut off.
        const int status = uncompress(buffer, &length, text->data + 1, (uLong)(text->count - 1));
        is_read = status == Z_OK || (status == Z_BUF_ERROR && length == longest_profile);
    }
    if (!is_read) {
        free(buffer);
        return NULL;
    }
    *count = decode_hexadecimal(buffer, length);
    return buffer;
}

/// Moves on from a text's keyword to its profile; false when it holds none.
static bool find_profile(chunk *c)
{
    return (is(c, "zTXt") || is(c, "tEXt"))
        && (skip_keyword(c, "Raw profile type exif") || skip_keyword(c, "Raw profile type APP1"));
}

/// XMP is not compressed: the two flags are 0; language and translated keyword follow, each with a zero.
static bool find_xmp(chunk *c)
{
    return is(c, "iTXt") && skip_keyword(c, "XML:com.adobe.xmp") && c->count >= 2 && c->data[0] == 0;
}

cimagecodecs_status cimagecodecs_read_png_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, int *orientation, char *message)
{
    // By rank: the chunk made for it, EXIF data as text, XMP; of one kind the first that is intact.
    int chunked = 0, textual = 0, described = 0;
    uint8_t *profile = NULL;  // one at most is decompressed
    size_t profile_count = 0;
    bool has_profile = false;
    size_t position = signature_size;
    chunk c;
    cimagecodecs_exif exif;
    cimagecodecs_status status = cimagecodecs_ok;
    while (status == cimagecodecs_ok && next_chunk(bytes, count, &position, &c) && !is(&c, "IEND")) {
        chunk text = c;
        if (is(&c, "eXIf")) {
            if (is_intact(&c) && cimagecodecs_read_exif(c.data, c.count, &exif)) {
                chunked = chunked != 0 ? chunked : exif.orientation;
                status = cimagecodecs_keep_exif(picture, c.data, c.count, message);
            }
        } else if (!has_profile && find_profile(&text) && is_intact(&c)) {
            has_profile = true;
            profile = read_profile(&text, is(&c, "zTXt"), &profile_count);
        } else if (described == 0 && find_xmp(&text) && is_intact(&c)) {
            described = cimagecodecs_read_xmp_orientation(text.data, text.count);
        }
    }
    if (profile != NULL && status == cimagecodecs_ok && cimagecodecs_read_exif(profile, profile_count, &exif)) {
        textual = exif.orientation;
        status = cimagecodecs_keep_exif(picture, profile, profile_count, message);
    }
    free(profile);
    *orientation = chunked != 0 ? chunked : textual != 0 ? textual : described;
    return status;
}
