#include "pixels.h"

#include <stdlib.h>
#include <string.h>

#include "allocation.h"

static uint32_t divided(uint32_t value, uint32_t alpha, uint32_t largest)
{
    const uint64_t quotient = alpha == 0 ? 0 : ((uint64_t)value * largest + alpha / 2) / alpha;
    return quotient > largest ? largest : (uint32_t)quotient;
}

void cimagecodecs_unpremultiply(cimagecodecs_picture *picture)
{
    const size_t count = picture->width * picture->height;
    if (picture->bits == 8) {
        uint8_t *pixel = picture->samples;
        for (size_t i = 0; i < count; i++, pixel += 4) {
            for (int c = 0; c < 3; c++) {
                pixel[c] = (uint8_t)divided(pixel[c], pixel[3], UINT8_MAX);
            }
        }
    } else {
        uint16_t *pixel = picture->samples;
        for (size_t i = 0; i < count; i++, pixel += 4) {
            for (int c = 0; c < 3; c++) {
                pixel[c] = (uint16_t)divided(pixel[c], pixel[3], UINT16_MAX);
            }
        }
    }
}

cimagecodecs_status cimagecodecs_copy_profile(
    cimagecodecs_picture *picture, const void *profile, size_t count, char *message)
{
    if (count == 0) {
        return cimagecodecs_ok;
    }
    if (count > cimagecodecs_max_profile) {
        return cimagecodecs_fail(
            cimagecodecs_ok, message, "it is larger than %d MB", cimagecodecs_max_profile >> 20);
    }
    picture->profile = malloc(count);
    if (picture->profile == NULL) {
        return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the colour profile");
    }
    memcpy(picture->profile, profile, count);
    picture->profile_count = count;
    return cimagecodecs_ok;
}

static uint8_t *put(uint8_t *bytes, uint32_t value, int size)
{
    for (int i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
    return bytes + size;
}

static uint8_t *put_entry(uint8_t *bytes, uint32_t tag, uint32_t type, uint32_t value)
{
    return put(put(put(put(bytes, tag, 2), type, 2), 1, 4), value, 4);
}

// A TIFF header, a directory of four entries (orientation, resolution across and down, its unit) and two rationals.
void cimagecodecs_write_exif(cimagecodecs_density density, uint8_t bytes[cimagecodecs_exif_size])
{
    enum { header = 8, entries = 4, rationals = header + 2 + 12 * entries + 4, type_short = 3, type_rational = 5 };
    const uint32_t unit =
        density.unit == cimagecodecs_per_inch ? 2 : density.unit == cimagecodecs_per_centimeter ? 3 : 1;
    memcpy(bytes, "II*\0", 4);
    uint8_t *next = put(put(bytes + 4, header, 4), entries, 2);
    next = put_entry(next, 0x0112, type_short, 1);
    next = put_entry(next, 0x011A, type_rational, rationals);
    next = put_entry(next, 0x011B, type_rational, rationals + 8);
    next = put_entry(next, 0x0128, type_short, unit);
    next = put(next, 0, 4);
    next = put(put(next, (uint32_t)density.x, 4), 1, 4);
    put(put(next, (uint32_t)density.y, 4), 1, 4);
}
