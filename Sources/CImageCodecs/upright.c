#include "upright.h"

#include <stdlib.h>
#include <string.h>

#include "allocation.h"

cimagecodecs_placement cimagecodecs_upright(size_t stored_width, size_t stored_height, int orientation)
{
    typedef cimagecodecs_placement placement;
    const ptrdiff_t w = (ptrdiff_t)stored_width, h = (ptrdiff_t)stored_height;
    switch (orientation) {
    case 2: return (placement){stored_width, stored_height, w - 1, -1, w};
    case 3: return (placement){stored_width, stored_height, w * h - 1, -1, -w};
    case 4: return (placement){stored_width, stored_height, w * (h - 1), 1, -w};
    case 5: return (placement){stored_height, stored_width, 0, h, 1};
    case 6: return (placement){stored_height, stored_width, h - 1, h, -1};
    case 7: return (placement){stored_height, stored_width, w * h - 1, -h, -1};
    case 8: return (placement){stored_height, stored_width, h * (w - 1), -h, 1};
    default: return (placement){stored_width, stored_height, 0, 1, w};
    }
}

cimagecodecs_status cimagecodecs_turn(cimagecodecs_picture *picture, int orientation, char *message)
{
    if (orientation < 2 || orientation > 8) {
        return cimagecodecs_ok;
    }
    if (orientation >= 5) {
        const double x = picture->density.x;
        picture->density.x = picture->density.y;
        picture->density.y = x;
    }
    const size_t width = picture->width, height = picture->height;
    const cimagecodecs_placement place = cimagecodecs_upright(width, height, orientation);
    uint8_t *stored = picture->samples;
    picture->width = place.width;
    picture->height = place.height;
    const cimagecodecs_status status = cimagecodecs_allocate(picture, message);
    if (status == cimagecodecs_ok) {
        const size_t pixel_bytes = (size_t)picture->channels * (size_t)picture->bits / 8;
        const uint8_t *pixel = stored;
        for (size_t y = 0; y < height; y++) {
            ptrdiff_t index = place.origin + (ptrdiff_t)y * place.step_y;
            for (size_t x = 0; x < width; x++, index += place.step_x, pixel += pixel_bytes) {
                memcpy((uint8_t *)picture->samples + (size_t)index * pixel_bytes, pixel, pixel_bytes);
            }
        }
    }
    free(stored);
    return status;
}
