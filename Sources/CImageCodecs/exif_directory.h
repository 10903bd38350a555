#ifndef CIMAGECODECS_EXIF_DIRECTORY_H
#define CIMAGECODECS_EXIF_DIRECTORY_H

#include <stdlib.h>
#include <string.h>

#include "allocation.h"
#include "exif.h"

// EXIF is a TIFF file, mostly after the six bytes "Exif\0\0"; offsets are from the TIFF header. Exif 2.32, 4.5 and
// 4.6.4. Its first directory leads to others, and is followed by one for a thumbnail.
enum {
    tiff_magic = 42,
    header_size = 8,
    entry_size = 12,
    link_size = 4,  // behind the entries: where the next directory is
    rational_size = 8,
    tag_image_width = 0x0100,
    tag_image_length = 0x0101,
    tag_orientation = 0x0112,
    tag_x_resolution = 0x011A,
    tag_y_resolution = 0x011B,
    tag_resolution_unit = 0x0128,
    tag_thumbnail = 0x0201,
    tag_thumbnail_count = 0x0202,
    tag_exif_directory = 0x8769,
    tag_gps_directory = 0x8825,
    tag_makers_note = 0x927C,
    tag_pixels_across = 0xA002,
    tag_pixels_down = 0xA003,
    tag_interoperability_directory = 0xA005,
    type_text = 2,
    type_short = 3,
    type_long = 4,
    type_rational = 5,
    type_signed_rational = 10,
    type_directory = 13,
    type_utf8 = 129,
};

typedef struct {
    const uint8_t *bytes;
    size_t count;
    bool big_endian;
} tiff;

// Unchecked: callers ensure that the bytes exist.
static inline uint32_t number(const tiff *t, size_t offset, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | t->bytes[offset + (t->big_endian ? i : size - 1 - i)];
    }
    return value;
}

static inline bool open_tiff(tiff *t, const uint8_t *bytes, size_t count)
{
    static const uint8_t prefix[6] = "Exif\0";
    const size_t start = count >= sizeof prefix && memcmp(bytes, prefix, sizeof prefix) == 0 ? sizeof prefix : 0;
    if (count < start + header_size) {
        return false;
    }
    *t = (tiff){.bytes = bytes + start, .count = count - start};
    t->big_endian = memcmp(t->bytes, "MM", 2) == 0;
    return (t->big_endian || memcmp(t->bytes, "II", 2) == 0) && number(t, 2, 2) == tiff_magic;
}

/// The value of an entry of one short, or one long as some programs write; 0 for another type.
static inline uint32_t short_value(const tiff *t, size_t entry)
{
    switch (number(t, entry + 2, 2)) {
    case type_short: return number(t, entry + 8, 2);
    case type_long: return number(t, entry + 8, 4);
    default: return 0;
    }
}

/// The bytes of one number of a type; 0 for a type that is not known.
static inline size_t size_of_type(uint32_t type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type < sizeof sizes ? sizes[type] : type == type_utf8 ? 1 : 0;
}

/// The place of an entry's values, of `size` bytes; false where they are not inside the data, or of no known type.
static inline bool find_values(const tiff *t, size_t entry, size_t *place, size_t *size)
{
    const size_t unit_size = size_of_type(number(t, entry + 2, 2));
    const uint64_t bytes = (uint64_t)number(t, entry + 4, 4) * unit_size;
    *place = bytes <= 4 ? entry + 8 : number(t, entry + 8, 4);
    *size = (size_t)bytes;
    return unit_size > 0 && bytes <= t->count && *place <= t->count - bytes;
}

/// Finds the number of entries of a directory; false where it is not inside the data.
static inline bool open_directory(const tiff *t, size_t directory, size_t *entries)
{
    if (directory < header_size || directory > t->count - 2) {
        return false;
    }
    *entries = number(t, directory, 2);
    return *entries <= (t->count - directory - 2) / entry_size;
}

static inline size_t entry_at(size_t directory, size_t index)
{
    return directory + 2 + index * entry_size;
}

/// The entry of a tag in a directory inside the data; 0 for none.
static inline size_t find_entry(const tiff *t, size_t directory, uint32_t tag)
{
    const size_t entries = number(t, directory, 2);
    for (size_t i = 0; i < entries; i++) {
        if (number(t, entry_at(directory, i), 2) == tag) {
            return entry_at(directory, i);
        }
    }
    return 0;
}

typedef enum { first_directory, exif_directory, last_directory } level;

/// Whether a tag of a directory at this level leads to one below it.
static inline bool is_pointer(uint32_t tag, level at)
{
    return at == first_directory ? tag == tag_exif_directory || tag == tag_gps_directory
                                 : at == exif_directory && tag == tag_interoperability_directory;
}

/// The place of the directory that an entry leads to; 0, where there is none, for what is no offset.
static inline size_t place_below(const tiff *t, size_t entry)
{
    const uint32_t type = number(t, entry + 2, 2);
    return (type == type_long || type == type_directory) && number(t, entry + 4, 4) == 1 ? number(t, entry + 8, 4) : 0;
}

static inline level level_below(uint32_t tag)
{
    return tag == tag_exif_directory ? exif_directory : last_directory;
}

static inline cimagecodecs_status out_of_memory(char *message)
{
    return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the EXIF data");
}

static inline void put(uint8_t *bytes, uint32_t value, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        bytes[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
    }
}

/// Writes an entry of one number, or of one rational at the place `value`.
static inline void put_entry(uint8_t *entry, uint32_t tag, uint32_t type, uint32_t value, bool big_endian)
{
    put(entry, tag, 2, big_endian);
    put(entry + 2, type, 2, big_endian);
    put(entry + 4, 1, 4, big_endian);
    memset(entry + 8, 0, 4);
    put(entry + 8, value, type == type_short ? 2 : 4, big_endian);
}

/// Whether EXIF data can be kept as it is: all that is known of it is inside, and ends at `end`.
bool cimagecodecs_open_sound_exif(tiff *t, const uint8_t *bytes, size_t count, size_t *end);

#endif
