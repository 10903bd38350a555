#include "exif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"

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
    const size_t start = count >= sizeof prefix && memcmp(bytes, prefix, sizeof prefix) == 0 ? sizeof prefix : 0;
    if (count < start + header_size) {
        return false;
    }
    *t = (tiff){.bytes = bytes + start, .count = count - start};
    t->big_endian = memcmp(t->bytes, "MM", 2) == 0;
    return (t->big_endian || memcmp(t->bytes, "II", 2) == 0) && number(t, 2, 2) == tiff_magic;
}

/// The value of an entry of one short, or one long as some programs write; 0 for another type.
static uint32_t short_value(const tiff *t, size_t entry)
{
    switch (number(t, entry + 2, 2)) {
    case type_short: return number(t, entry + 8, 2);
    case type_long: return number(t, entry + 8, 4);
    default: return 0;
    }
}

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

/// The bytes of one number of a type; 0 for a type that is not known.
static size_t size_of_type(uint32_t type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type < sizeof sizes ? sizes[type] : type == type_utf8 ? 1 : 0;
}

/// The place of an entry's values, of `size` bytes; false where they are not inside the data, or of no known type.
static bool find_values(const tiff *t, size_t entry, size_t *place, size_t *size)
{
    const size_t unit_size = size_of_type(number(t, entry + 2, 2));
    const uint64_t bytes = (uint64_t)number(t, entry + 4, 4) * unit_size;
    *place = bytes <= 4 ? entry + 8 : number(t, entry + 8, 4);
    *size = (size_t)bytes;
    return unit_size > 0 && bytes <= t->count && *place <= t->count - bytes;
}

/// Finds the number of entries of a directory; false where it is not inside the data.
static bool open_directory(const tiff *t, size_t directory, size_t *entries)
{
    if (directory < header_size || directory > t->count - 2) {
        return false;
    }
    *entries = number(t, directory, 2);
    return *entries <= (t->count - directory - 2) / entry_size;
}

static size_t entry_at(size_t directory, size_t index)
{
    return directory + 2 + index * entry_size;
}

/// The entry of a tag in a directory inside the data; 0 for none.
static size_t find_entry(const tiff *t, size_t directory, uint32_t tag)
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
static bool is_pointer(uint32_t tag, level at)
{
    return at == first_directory ? tag == tag_exif_directory || tag == tag_gps_directory
                                 : at == exif_directory && tag == tag_interoperability_directory;
}

/// The place of the directory that an entry leads to; 0, where there is none, for what is no offset.
static size_t place_below(const tiff *t, size_t entry)
{
    const uint32_t type = number(t, entry + 2, 2);
    return (type == type_long || type == type_directory) && number(t, entry + 4, 4) == 1 ? number(t, entry + 8, 4) : 0;
}

static level level_below(uint32_t tag)
{
    return tag == tag_exif_directory ? exif_directory : last_directory;
}

/// Whether the directory, all values and all directories below it are inside the data. `end` is moved behind all these.
static bool is_sound(const tiff *t, size_t directory, level at, size_t *end)
{
    size_t entries;
    if (!open_directory(t, directory, &entries)) {
        return false;
    }
    const size_t own_end = entry_at(directory, entries) + (at == first_directory ? link_size : 0);
    if (own_end > t->count) {
        return false;
    }
    *end = *end > own_end ? *end : own_end;
    for (size_t i = 0; i < entries; i++) {
        const size_t entry = entry_at(directory, i);
        size_t place, size;
        if (!find_values(t, entry, &place, &size)) {
            return false;
        }
        *end = *end > place + size ? *end : place + size;
        const uint32_t tag = number(t, entry, 2);
        if (!is_pointer(tag, at)) {
            continue;
        }
        // Each only once, or a few bytes could lead to many directories.
        const bool is_first = find_entry(t, directory, tag) == entry;
        if (!is_first || !is_sound(t, place_below(t, entry), level_below(tag), end)) {
            return false;
        }
    }
    return true;
}

/// Whether EXIF data can be kept: `end` is behind all that is known of it.
static bool open_sound(tiff *t, const uint8_t *bytes, size_t count, size_t *end)
{
    *end = header_size;
    return open_tiff(t, bytes, count) && t->count <= cimagecodecs_max_exif &&
        is_sound(t, number(t, 4, 4), first_directory, end);
}

/// Whether there is more than what any file is said to be like.
static bool says_more(const tiff *t)
{
    const size_t directory = number(t, 4, 4), entries = number(t, directory, 2);
    for (size_t i = 0; i < entries; i++) {
        switch (number(t, entry_at(directory, i), 2)) {
        case tag_orientation:
        case tag_x_resolution:
        case tag_y_resolution:
        case tag_resolution_unit: break;
        default: return true;
        }
    }
    return false;
}

static cimagecodecs_status out_of_memory(char *message)
{
    return cimagecodecs_fail(cimagecodecs_out_of_memory, message, "not enough memory for the EXIF data");
}

static void put(uint8_t *bytes, uint32_t value, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        bytes[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
    }
}

/// Writes an entry of one number, or of one rational at the place `value`.
static void put_entry(uint8_t *entry, uint32_t tag, uint32_t type, uint32_t value, bool big_endian)
{
    put(entry, tag, 2, big_endian);
    put(entry + 2, type, 2, big_endian);
    put(entry + 4, 1, 4, big_endian);
    memset(entry + 8, 0, 4);
    put(entry + 8, value, type == type_short ? 2 : 4, big_endian);
}

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
    if (picture->exif != NULL && open_sound(&t, picture->exif, picture->exif_count, &end)) {
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
        if (open_sound(&t, exif->bytes, exif->count, &end)) {
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

/// Whether an entry of the first directory describes the picture, not its file.
static bool is_description(uint32_t tag)
{
    static const uint16_t tags[] = {
        0x010D,  // the document's name
        0x010E,  // what is to be seen
        0x010F, 0x0110,  // make and model of the camera
        0x0131,  // the program
        0x0132,  // when
        0x013B,  // the artist
        0x013C,  // the computer
        0x8298,  // who has the rights
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (tag == tags[i]) {
            return true;
        }
    }
    return false;
}

char *cimagecodecs_next_text(const cimagecodecs_buffer *exif, size_t *next, uint32_t *tag)
{
    tiff t;
    open_tiff(&t, exif->bytes, exif->count);
    const size_t directory = number(&t, 4, 4), entries = number(&t, directory, 2);
    while (*next < entries) {
        const size_t entry = entry_at(directory, (*next)++);
        size_t place, size;
        *tag = number(&t, entry, 2);
        if (is_description(*tag) && number(&t, entry + 2, 2) == type_text && find_values(&t, entry, &place, &size) &&
            size > 0) {
            char *text = malloc(size + 1);
            if (text != NULL) {
                memcpy(text, t.bytes + place, size);
                text[size] = 0;
            }
            return text;
        }
    }
    return NULL;
}

/// Whether an entry is worth anything in another file.
static bool is_kept(uint32_t tag, level at)
{
    return at == first_directory ? is_description(tag) || is_pointer(tag, at) : tag != tag_makers_note;
}

/// Where directories are copied to.
typedef struct {
    cimagecodecs_buffer *file;
    size_t limit;  // of its bytes
    bool big_endian;
} copies;

/// Appends `count` bytes of 0 at an even place, which it returns; 0 when out of memory or beyond the limit.
static size_t append(copies *to, size_t count)
{
    cimagecodecs_buffer *file = to->file;
    const size_t place = (file->count + 1) / 2 * 2, more = count + place - file->count;
    if (more > to->limit - file->count || !cimagecodecs_reserve(file, more)) {
        return 0;
    }
    memset(file->bytes + file->count, 0, more);
    file->count += more;
    return place;
}

/// Copies an entry's values, number by number where byte orders differ.
static void copy_values(const tiff *t, size_t place, size_t size, uint32_t type, copies *to, size_t copy)
{
    const bool is_pair = type == type_rational || type == type_signed_rational;
    const size_t unit_size = is_pair ? 4 : size_of_type(type);
    for (size_t i = 0; i < size; i++) {
        const size_t within = i % unit_size, reversed = i - within + unit_size - 1 - within;
        to->file->bytes[copy + (t->big_endian == to->big_endian ? i : reversed)] = t->bytes[place + i];
    }
}

static size_t copy_directory(const tiff *t, size_t directory, level at, copies *to);

/// Copies an entry with its values, or the directory that it leads to; false where that is not inside the data, not
/// known, beyond the limit, or memory runs out.
static bool copy_entry(const tiff *t, size_t directory, size_t entry, level at, copies *to, size_t copy)
{
    const uint32_t tag = number(t, entry, 2), type = number(t, entry + 2, 2);
    size_t place, size;
    if (is_pointer(tag, at)) {
        const bool is_first = find_entry(t, directory, tag) == entry;
        const size_t below = is_first ? copy_directory(t, place_below(t, entry), level_below(tag), to) : 0;
        put_entry(to->file->bytes + copy, tag, type_long, (uint32_t)below, to->big_endian);
        return below != 0;
    }
    if (!find_values(t, entry, &place, &size)) {
        return false;
    }
    const size_t values = size <= 4 ? copy + 8 : append(to, size);
    if (values == 0) {
        return false;
    }
    put(to->file->bytes + copy, tag, 2, to->big_endian);
    put(to->file->bytes + copy + 2, type, 2, to->big_endian);
    put(to->file->bytes + copy + 4, number(t, entry + 4, 4), 4, to->big_endian);
    if (size > 4) {
        put(to->file->bytes + copy + 8, (uint32_t)values, 4, to->big_endian);
    }
    copy_values(t, place, size, type, to, values);
    return true;
}

/// Copies a directory with all that is sound of what belongs to it; returns its place, or 0 where there is nothing.
static size_t copy_directory(const tiff *t, size_t directory, level at, copies *to)
{
    size_t entries, kept = 0, copied = 0;
    const size_t end = to->file->count;
    if (!open_directory(t, directory, &entries)) {
        return 0;
    }
    for (size_t i = 0; i < entries; i++) {
        kept += is_kept(number(t, entry_at(directory, i), 2), at);
    }
    const size_t start = append(to, 2 + kept * entry_size + link_size);
    for (size_t i = 0; start != 0 && i < entries; i++) {
        const size_t entry = entry_at(directory, i), copy = entry_at(start, copied);
        if (is_kept(number(t, entry, 2), at)) {
            copied += copy_entry(t, directory, entry, at, to, copy);
        }
    }
    if (copied == 0) {
        to->file->count = end;
        return 0;
    }
    put(to->file->bytes + start, (uint32_t)copied, 2, to->big_endian);
    memset(to->file->bytes + entry_at(start, copied), 0, link_size);
    return start;
}

static cimagecodecs_status keep(cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, char *message)
{
    picture->exif = malloc(count);
    if (picture->exif == NULL) {
        return out_of_memory(message);
    }
    memcpy(picture->exif, bytes, count);
    picture->exif_count = count;
    return cimagecodecs_ok;
}

/// Keeps a copy of what is sound in the directory at `directory` and below.
static cimagecodecs_status keep_copies(
    cimagecodecs_picture *picture, const tiff *t, size_t directory, char *message)
{
    cimagecodecs_buffer exif = {0};
    if (!cimagecodecs_reserve(&exif, header_size)) {
        return out_of_memory(message);
    }
    memcpy(exif.bytes, t->big_endian ? "MM\0*" : "II*\0", 4);
    exif.count = header_size;
    copies to = {.file = &exif, .limit = cimagecodecs_max_exif, .big_endian = t->big_endian};
    const size_t first = copy_directory(t, directory, first_directory, &to);
    put(exif.bytes + 4, (uint32_t)first, 4, t->big_endian);
    const cimagecodecs_status status =
        first == 0 ? cimagecodecs_ok : keep(picture, exif.bytes, exif.count, message);
    cimagecodecs_free_buffer(&exif);
    return status;
}

cimagecodecs_status cimagecodecs_keep_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, char *message)
{
    tiff t;
    size_t end;
    if (picture->exif != NULL || !open_tiff(&t, bytes, count)) {
        return cimagecodecs_ok;
    }
    if (!open_sound(&t, bytes, count, &end)) {
        return keep_copies(picture, &t, number(&t, 4, 4), message);
    }
    return says_more(&t) ? keep(picture, t.bytes, t.count, message) : cimagecodecs_ok;
}

cimagecodecs_status cimagecodecs_keep_tiff_exif(
    cimagecodecs_picture *picture, const uint8_t *bytes, size_t count, uint64_t directory, char *message)
{
    tiff t;
    return !open_tiff(&t, bytes, count) || directory > UINT32_MAX
        ? cimagecodecs_ok : keep_copies(picture, &t, (size_t)directory, message);
}

size_t cimagecodecs_append_directory(const cimagecodecs_buffer *exif, uint32_t pointer, cimagecodecs_buffer *file)
{
    tiff t;
    open_tiff(&t, exif->bytes, exif->count);
    const size_t entry = find_entry(&t, number(&t, 4, 4), pointer);
    copies to = {
        .file = file, .limit = file->count + cimagecodecs_max_exif, .big_endian = !cimagecodecs_is_little_endian()};
    return entry == 0 ? 0 : copy_directory(&t, place_below(&t, entry), level_below(pointer), &to);
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
