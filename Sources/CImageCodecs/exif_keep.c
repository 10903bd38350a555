#include "exif_directory.h"

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

bool cimagecodecs_open_sound_exif(tiff *t, const uint8_t *bytes, size_t count, size_t *end)
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
    if (!cimagecodecs_open_sound_exif(&t, bytes, count, &end)) {
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
