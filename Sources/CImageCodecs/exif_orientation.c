#include "exif_orientation.h"

#include <stdbool.h>
#include <string.h>

// EXIF is a TIFF file behind the six bytes "Exif\0\0"; offsets count from the TIFF header. Exif 2.32, 4.5 and 4.6.4.
enum {
    tiff_magic = 42,
    header_size = 8,
    entry_size = 12,
    tag_orientation = 0x0112,
    type_short = 3,
};

typedef struct {
    const uint8_t *bytes;
    size_t count;
    bool big_endian;
} tiff;

// Callers have checked that the bytes are there.
static uint32_t number(const tiff *t, size_t offset, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | t->bytes[offset + (t->big_endian ? i : size - 1 - i)];
    }
    return value;
}

static bool open_tiff(tiff *t, const uint8_t *bytes, size_t count)
{
    static const uint8_t prefix[6] = "Exif\0";
    if (count < sizeof prefix + header_size || memcmp(bytes, prefix, sizeof prefix) != 0) {
        return false;
    }
    *t = (tiff){.bytes = bytes + sizeof prefix, .count = count - sizeof prefix};
    t->big_endian = memcmp(t->bytes, "MM", 2) == 0;
    return (t->big_endian || memcmp(t->bytes, "II", 2) == 0) && number(t, 2, 2) == tiff_magic;
}

int cimagecodecs_exif_orientation(const uint8_t *bytes, size_t count)
{
    tiff t;
    if (!open_tiff(&t, bytes, count)) {
        return 0;
    }
    const size_t directory = number(&t, 4, 4);
    if (directory > t.count - 2) {
        return 0;
    }
    const size_t room = (t.count - directory - 2) / entry_size;
    const size_t entries = number(&t, directory, 2);
    for (size_t i = 0; i < entries && i < room; i++) {
        const size_t entry = directory + 2 + i * entry_size;
        if (number(&t, entry, 2) == tag_orientation && number(&t, entry + 2, 2) == type_short) {
            const uint32_t orientation = number(&t, entry + 8, 2);
            return orientation >= 1 && orientation <= 8 ? (int)orientation : 0;
        }
    }
    return 0;
}
