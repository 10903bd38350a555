#include <lcms2.h>

// Swift does not see constants that are put together by macros.
enum {
    clcms_gray_float = TYPE_GRAY_FLT,
    clcms_rgb_float = TYPE_RGB_FLT,
    clcms_cmyk_float = TYPE_CMYK_FLT,
    clcms_lab_float = TYPE_Lab_FLT,
};
