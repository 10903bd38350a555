#include "exif.h"

#include "exif_directory.h"

/// The value of an entry of one rational; 0 for another type, an offset out of bounds or a zero denominator.
static double rational_value(const tiff *t, size_t entry)
{
    const size_t place = number(t, entry + 8, 4);
    if (number(t, entry + 2, 2) != type_rational || place > t->count - rational_size) {
        return 0;
    }
    const uint32_t denominator = number(t, place + 4, 4);
    return denominator == 0 ? 0 : (double)number(t, place, 4) / denominator;
}

static cimagecodecs_unit unit(uint32_t resolution_unit)
{
    switch (resolution_unit) {
    case 1: return cimagecodecs_ratio;
    case 3: return cimagecodecs_per_centimeter;
    default: return cimagecodecs_per_inch;
    }
}

bool cimagecodecs_read_exif(const uint8_t *bytes, size_t count, cimagecodecs_exif *exif)
{
    tiff t;
    *exif = (cimagecodecs_exif){0};
    if (!open_tiff(&t, bytes, count)) {
        return false;
    }
    const size_t directory = number(&t, 4, 4);
    if (directory > t.count - 2) {
        return true;
    }
    const size_t room = (t.count - directory - 2) / entry_size;
    const size_t entries = number(&t, directory, 2);
    uint32_t resolution_unit = 0;
    for (size_t i = 0; i < entries && i < room; i++) {
        const size_t entry = directory + 2 + i * entry_size;
        switch (number(&t, entry, 2)) {
        case tag_orientation: {
            const uint32_t orientation = short_value(&t, entry);
            exif->orientation = orientation <= 8 ? (int)orientation : 0;
            break;
        }
        case tag_x_resolution: exif->density.x = rational_value(&t, entry); break;
        case tag_y_resolution: exif->density.y = rational_value(&t, entry); break;
        case tag_resolution_unit: resolution_unit = short_value(&t, entry); break;
        }
    }
    if (exif->density.x > 0 && exif->density.y > 0) {
        exif->density.unit = unit(resolution_unit);
    }
    return true;
}

int cimagecodecs_read_xmp_orientation(const uint8_t *bytes, size_t count)
{
    // As an attribute, tiff:Orientation="6", or an element, <tiff:Orientation>6<.
    static const char name[] = "tiff:Orientation";
    const size_t length = sizeof name - 1;
    for (size_t start = 0; length + 1 < count && start < count - length - 1; start++) {
        if (bytes[start] != 't' || memcmp(bytes + start, name, length) != 0) {
            continue;
        }
        size_t i = start + length;
        while (i < count && bytes[i] != 0 && strchr(" \t\r\n=\"'>", bytes[i]) != NULL) {
            i++;
        }
        if (i < count && bytes[i] >= '1' && bytes[i] <= '8') {
            return bytes[i] - '0';
        }
    }
    return 0;
}
