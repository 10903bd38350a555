// The order of includes is explained in decode_jpeg.c.
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>

#include "allocation.h"
#include "exif.h"

// The state that survives a longjmp, as in decode_png.c. `jpeg` is first, so that a pointer to it casts to one to this.
typedef struct {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    cimagecodecs_buffer *file;
    cimagecodecs_buffer exif;
    char *message;
    cimagecodecs_status status;
    jmp_buf escape;
} encoder;

static void on_error(j_common_ptr jpeg)
{
    encoder *e = (encoder *)jpeg;
    char reason[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, reason);
    const cimagecodecs_status status =
        jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? cimagecodecs_out_of_memory : cimagecodecs_unsupported;
    e->status = cimagecodecs_fail(status, e->message, "%s", reason);
    longjmp(e->escape, 1);
}

static void on_message(j_common_ptr jpeg, int level)
{
    (void)jpeg, (void)level;
}

// libjpeg's own memory destination returns its buffer on success only, so an error would leak it.
static void offer_room(j_compress_ptr jpeg)
{
    encoder *e = (encoder *)jpeg;
    if (!cimagecodecs_reserve(e->file, 1 << 16)) {
        ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    }
    e->destination.next_output_byte = e->file->bytes + e->file->count;
    e->destination.free_in_buffer = e->file->capacity - e->file->count;
}

// libjpeg calls this when the buffer is full, whatever the value of free_in_buffer.
static boolean take_all(j_compress_ptr jpeg)
{
    encoder *e = (encoder *)jpeg;
    e->file->count = e->file->capacity;
    offer_room(jpeg);
    return TRUE;
}

static void take_rest(j_compress_ptr jpeg)
{
    encoder *e = (encoder *)jpeg;
    e->file->count = e->file->capacity - e->destination.free_in_buffer;
}

static void set_destination(encoder *e)
{
    e->destination.init_destination = offer_room;
    e->destination.empty_output_buffer = take_all;
    e->destination.term_destination = take_rest;
    e->jpeg.dest = &e->destination;
}

static void set_density(j_compress_ptr jpeg, cimagecodecs_density density)
{
    if (density.unit == cimagecodecs_no_density) {
        return;
    }
    jpeg->density_unit =
        density.unit == cimagecodecs_per_inch ? 1 : density.unit == cimagecodecs_per_centimeter ? 2 : 0;
    jpeg->X_density = (UINT16)density.x;
    jpeg->Y_density = (UINT16)density.y;
}

static void write_exif(j_compress_ptr jpeg, const cimagecodecs_buffer *exif)
{
    static const uint8_t prefix[6] = "Exif\0";
    jpeg_write_m_header(jpeg, JPEG_APP0 + 1, (unsigned)(sizeof prefix + exif->count));
    for (size_t i = 0; i < sizeof prefix; i++) {
        jpeg_write_m_byte(jpeg, prefix[i]);
    }
    for (size_t i = 0; i < exif->count; i++) {
        jpeg_write_m_byte(jpeg, exif->bytes[i]);
    }
}

static cimagecodecs_status encode(encoder *e, const cimagecodecs_picture *picture, int quality)
{
    j_compress_ptr jpeg = &e->jpeg;
    if (setjmp(e->escape)) {
        return e->status;
    }
    jpeg->err = jpeg_std_error(&e->errors);
    e->errors.error_exit = on_error;
    e->errors.emit_message = on_message;
    jpeg_create_compress(jpeg);
    if (picture->width > JPEG_MAX_DIMENSION || picture->height > JPEG_MAX_DIMENSION) {
        ERREXIT1(jpeg, JERR_IMAGE_TOO_BIG, (unsigned)JPEG_MAX_DIMENSION);
    }
    set_destination(e);
    jpeg->image_width = (JDIMENSION)picture->width;
    jpeg->image_height = (JDIMENSION)picture->height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->comp_info[0].h_samp_factor = 1;
    jpeg->comp_info[0].v_samp_factor = 1;
    set_density(jpeg, picture->density);
    jpeg_start_compress(jpeg, TRUE);
    if (e->exif.count > 0) {
        write_exif(jpeg, &e->exif);
    }
    if (picture->profile != NULL) {
        jpeg_write_icc_profile(jpeg, picture->profile, (unsigned)picture->profile_count);
    }
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = (JSAMPROW)picture->samples + (size_t)jpeg->next_scanline * picture->width * 3;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return cimagecodecs_ok;
}

cimagecodecs_status cimagecodecs_encode_jpeg(
    const cimagecodecs_picture *picture, int quality, cimagecodecs_buffer *file, char *message)
{
    *file = (cimagecodecs_buffer){0};
    encoder e = {.file = file, .message = message};
    cimagecodecs_status status = cimagecodecs_make_exif(picture, false, &e.exif, message);
    if (status != cimagecodecs_ok) {
        return status;
    }
    status = encode(&e, picture, quality);
    jpeg_destroy_compress(&e.jpeg);
    cimagecodecs_free_buffer(&e.exif);
    if (status != cimagecodecs_ok) {
        cimagecodecs_free_buffer(file);
    }
    return status;
}
