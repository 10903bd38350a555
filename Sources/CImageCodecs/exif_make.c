#include <math.h>

#include "exif_directory.h"

/// Changes the numbers of a tag, where there are some. An earlier change may have damaged what overlaps with it.
static void replace(const tiff *t, size_t directory, uint32_t tag, uint32_t type, uint32_t value, uint8_t *bytes)
{
    size_t entries;
    if (!open_directory(t, directory, &entries)) {
        return;
    }
    for (size_t i = 0; i < entries; i++) {
        const size_t entry = entry_at(directory, i);
        if (number(t, entry, 2) == tag) {
            put_entry(bytes + entry, tag, type, value, t->big_endian);
        }
    }
}

/// Takes away the directory of the thumbnail, which shows the picture as it was, and its pixels.
static void remove_thumbnail(const tiff *t, size_t directory, size_t end, cimagecodecs_buffer *exif)
{
    const size_t link = entry_at(directory, number(t, directory, 2)), other = number(t, link, link_size);
    size_t entries;
    put(exif->bytes + link, 0, link_size, t->big_endian);
    if (!open_directory(t, other, &entries)) {
        return;
    }
    const size_t start_entry = find_entry(t, other, tag_thumbnail);
    const size_t size_entry = find_entry(t, other, tag_thumbnail_count);
    const size_t start = start_entry == 0 ? 0 : short_value(t, start_entry);
    const size_t size = size_entry == 0 ? 0 : short_value(t, size_entry);
    // Unless something else is there.
    if (start < end || size > t->count || start > t->count - size) {
        return;
    }
    memset(exif->bytes + start, 0, size);
    if (start + size == exif->count) {
        exif->count = start;
    }
}

static double per_meter(cimagecodecs_unit unit)
{
    switch (unit) {
    case cimagecodecs_per_inch: return 1 / 0.0254;
    case cimagecodecs_per_centimeter: return 100;
    default: return 1;
    }
}

/// Whether a density says the same as another one, which was rounded to integers.
static bool is_rounded(cimagecodecs_density exact, cimagecodecs_density rounded)
{
    const bool is_other = (exact.unit == cimagecodecs_ratio) != (rounded.unit == cimagecodecs_ratio);
    if (exact.unit == cimagecodecs_no_density || is_other) {
        return false;
    }
    const double scale = per_meter(exact.unit) / per_meter(rounded.unit), slack = 0.5 + 1e-6;
    return fabs(exact.x * scale - rounded.x) <= slack && fabs(exact.y * scale - rounded.y) <= slack;
}

/// Puts the orientation and density behind all else, in a directory that has all other entries of the first.
static bool append_density(const tiff *t, size_t directory, cimagecodecs_density density, cimagecodecs_buffer *exif)
{
    static const uint32_t tags[] = {tag_orientation, tag_x_resolution, tag_y_resolution, tag_resolution_unit};
    enum { added = sizeof tags / sizeof *tags, most = 2 + link_size + 2 * rational_size + added * entry_size };
    const size_t place = (exif->count + 1) / 2 * 2;
    size_t entries;
    if (directory == 0 || !open_directory(t, directory, &entries)) {
        entries = 0;
    }
    if (!cimagecodecs_reserve(exif, 1 + most + entries * entry_size)) {
        return false;
    }
    const bool big_endian = t->big_endian;
    const uint32_t unit = density.unit == cimagecodecs_per_inch ? 2 : density.unit == cimagecodecs_ratio ? 1 : 3;
    const uint32_t divisor = density.unit == cimagecodecs_per_meter ? 100 : 1;
    exif->bytes[exif->count] = 0;
    uint8_t *next = exif->bytes + place + 2;
    size_t known = 0, kept = 0;
    uint8_t *own[added];
    for (size_t i = 0; i <= entries; i++) {
        const uint8_t *entry = i < entries ? exif->bytes + entry_at(directory, i) : NULL;
        const uint32_t tag = i < entries ? number(&(tiff){.bytes = entry, .big_endian = big_endian}, 0, 2) : UINT32_MAX;
        for (; known < added && tags[known] <= tag; known++, next += entry_size) {
            own[known] = next;
        }
        if (entry != NULL && tag != tags[0] && tag != tags[1] && tag != tags[2] && tag != tags[3]) {
            memcpy(next, entry, entry_size);
            next += entry_size;
            kept++;
        }
    }
    memset(next, 0, link_size);
    next += link_size;
    const uint32_t rationals = (uint32_t)(next - exif->bytes);
    put_entry(own[0], tags[0], type_short, 1, big_endian);
    put_entry(own[1], tags[1], type_rational, rationals, big_endian);
    put_entry(own[2], tags[2], type_rational, rationals + rational_size, big_endian);
    put_entry(own[3], tags[3], type_short, unit, big_endian);
    put(next, (uint32_t)density.x, 4, big_endian);
    put(next + 4, divisor, 4, big_endian);
    put(next + 8, (uint32_t)density.y, 4, big_endian);
    put(next + 12, divisor, 4, big_endian);
    put(exif->bytes + place, (uint32_t)(kept + added), 2, big_endian);
    put(exif->bytes + 4, (uint32_t)place, 4, big_endian);
    exif->count = rationals + 2 * rational_size;
    return true;
}

/// Makes a copy of sound EXIF data true of the picture; false when out of memory.
static bool revise(const cimagecodecs_picture *picture, size_t end, cimagecodecs_buffer *exif)
{
    tiff t;
    cimagecodecs_exif fields;
    open_tiff(&t, exif->bytes, exif->count);
    cimagecodecs_read_exif(exif->bytes, exif->count, &fields);
    const size_t directory = number(&t, 4, 4), pointer = find_entry(&t, directory, tag_exif_directory);
    const uint32_t width = (uint32_t)picture->width, height = (uint32_t)picture->height;
    remove_thumbnail(&t, directory, end, exif);
    t.count = exif->count;
    replace(&t, directory, tag_orientation, type_short, 1, exif->bytes);
    replace(&t, directory, tag_image_width, type_long, width, exif->bytes);
    replace(&t, directory, tag_image_length, type_long, height, exif->bytes);
    if (pointer != 0) {
        const size_t below = place_below(&t, pointer);
        replace(&t, below, tag_pixels_across, type_long, width, exif->bytes);
        replace(&t, below, tag_pixels_down, type_long, height, exif->bytes);
    }
    const bool is_same =
        picture->density.unit == cimagecodecs_no_density || is_rounded(fields.density, picture->density);
    return is_same || append_density(&t, directory, picture->density, exif);
}

cimagecodecs_status cimagecodecs_make_exif(
    const cimagecodecs_picture *picture, bool needs_density, cimagecodecs_buffer *exif, char *message)
{
    tiff t;
    size_t end;
    *exif = (cimagecodecs_buffer){0};
    if (picture->exif != NULL && cimagecodecs_open_sound_exif(&t, picture->exif, picture->exif_count, &end)) {
        bool is_made = cimagecodecs_reserve(exif, t.count);
        if (is_made) {
            memcpy(exif->bytes, t.bytes, t.count);
            exif->count = t.count;
            is_made = revise(picture, end, exif);
        }
        if (!is_made) {
            cimagecodecs_free_buffer(exif);
            return out_of_memory(message);
        }
        // Where parts of it overlap, a change may have damaged another; and it may have become too large.
        if (cimagecodecs_open_sound_exif(&t, exif->bytes, exif->count, &end)) {
            return cimagecodecs_ok;
        }
        exif->count = 0;
    }
    if (!needs_density || picture->density.unit == cimagecodecs_no_density) {
        return cimagecodecs_ok;
    }
    static const uint8_t header[header_size] = "II*\0";
    const tiff none = {0};
    if (!cimagecodecs_reserve(exif, header_size)) {
        return out_of_memory(message);
    }
    memcpy(exif->bytes, header, header_size);
    exif->count = header_size;
    if (!append_density(&none, 0, picture->density, exif)) {
        cimagecodecs_free_buffer(exif);
        return out_of_memory(message);
    }
    return cimagecodecs_ok;
}
