#include "orientation.h"

#include <stdlib.h>
#include <string.h>

#include "allocation.h"

cimagecodecs_placement cimagecodecs_upright(size_t stored_width, size_t stored_height, int orientation)
{
    const ptrdiff_t w = (ptrdiff_t)stored_width, h = (ptrdiff_t)stored_height;
    switch (orientation) {
    case 2: return (cimagecodecs_placement){stored_width, stored_height, w - 1, -1, w};
    case 3: return (cimagecodecs_placement){stored_width, stored_height, w * h - 1, -1, -w};
    case 4: return (cimagecodecs_placement){stored_width, stored_height, w * (h - 1), 1, -w};
    case 5: return (cimagecodecs_placement){stored_height, stored_width, 0, h, 1};
    case 6: return (cimagecodecs_placement){stored_height, stored_width, h - 1, h, -1};
    case 7: return (cimagecodecs_placement){stored_height, stored_width, w * h - 1, -h, -1};
    case 8: return (cimagecodecs_placement){stored_height, stored_width, h * (w - 1), -h, 1};
    default: return (cimagecodecs_placement){stored_width, stored_height, 0, 1, w};
    }
}

void cimagecodecs_place_row(
    const uint8_t *row, size_t width, size_t pixel_bytes, size_t y, const cimagecodecs_placement *place,
    uint8_t *samples)
{
    const ptrdiff_t bytes = (ptrdiff_t)pixel_bytes, step = bytes * place->step_x;
    uint8_t *first = samples + bytes * (place->origin + (ptrdiff_t)y * place->step_y);
    for (size_t x = 0; x < width; x++, row += pixel_bytes) {
        uint8_t *pixel = first + (ptrdiff_t)x * step;
        for (size_t b = 0; b < pixel_bytes; b++) {
            pixel[b] = row[b];
        }
    }
}

void cimagecodecs_set_orientation(
    cimagecodecs_picture *picture, int orientation, cimagecodecs_density stored_density)
{
    picture->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    picture->density = stored_density;
    if (picture->orientation >= 5) {
        picture->density.x = stored_density.y;
        picture->density.y = stored_density.x;
    }
}

cimagecodecs_status cimagecodecs_turn_upright(cimagecodecs_picture *picture, int orientation, char *message)
{
    cimagecodecs_set_orientation(picture, orientation, picture->density);
    if (picture->orientation == 1) {
        return cimagecodecs_ok;
    }
    const size_t width = picture->width, height = picture->height;
    const size_t pixel_bytes = (size_t)picture->channels * (size_t)picture->bits / 8;
    const cimagecodecs_placement place = cimagecodecs_upright(width, height, picture->orientation);
    uint8_t *stored = picture->samples;
    picture->width = place.width;
    picture->height = place.height;
    const cimagecodecs_status status = cimagecodecs_allocate(picture, message);
    if (status == cimagecodecs_ok) {
        for (size_t y = 0; y < height; y++) {
            cimagecodecs_place_row(stored + y * width * pixel_bytes, width, pixel_bytes, y, &place, picture->samples);
        }
    }
    free(stored);
    return status;
}
