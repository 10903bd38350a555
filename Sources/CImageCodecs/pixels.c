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
    const int colors = picture->channels - 1;
    // Inks are inverted.
    const uint32_t largest = picture->bits == 8 ? UINT8_MAX : UINT16_MAX;
    const uint32_t flip = picture->space == cimagecodecs_cmyk ? largest : 0;
    if (picture->bits == 8) {
        uint8_t *pixel = picture->samples;
        for (size_t i = 0; i < count; i++, pixel += picture->channels) {
            for (int c = 0; c < colors; c++) {
                pixel[c] = (uint8_t)(divided(pixel[c] ^ flip, pixel[colors], largest) ^ flip);
            }
        }
    } else {
        uint16_t *pixel = picture->samples;
        for (size_t i = 0; i < count; i++, pixel += picture->channels) {
            for (int c = 0; c < colors; c++) {
                pixel[c] = (uint16_t)(divided(pixel[c] ^ flip, pixel[colors], largest) ^ flip);
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
