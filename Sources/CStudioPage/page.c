#include "CStudioPage.h"

// #embed is C23; Clang accepts it in every mode and merely remarks on it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char studio_css[] = {
#embed "page/studio.css"
};
static const unsigned char icon_svg[] = {
#embed "page/icon.svg"
};
static const unsigned char studio_js[] = {
#embed "page/studio.js"
};
static const unsigned char server_js[] = {
#embed "page/server.js"
};
static const unsigned char canvas_js[] = {
#embed "page/canvas.js"
};
static const unsigned char geometry_js[] = {
#embed "page/geometry.js"
};
static const unsigned char history_js[] = {
#embed "page/history.js"
};

static const struct {
    const char *name;
    const unsigned char *bytes;
    size_t length;
} files[] = {
    {"index.html", index_html, sizeof index_html},    {"studio.css", studio_css, sizeof studio_css},
    {"icon.svg", icon_svg, sizeof icon_svg},          {"studio.js", studio_js, sizeof studio_js},
    {"server.js", server_js, sizeof server_js},       {"canvas.js", canvas_js, sizeof canvas_js},
    {"geometry.js", geometry_js, sizeof geometry_js}, {"history.js", history_js, sizeof history_js},
};

size_t cstudiopage_count(void) { return sizeof files / sizeof files[0]; }

const char *cstudiopage_name(size_t index) { return files[index].name; }

const unsigned char *cstudiopage_bytes(size_t index) { return files[index].bytes; }

size_t cstudiopage_length(size_t index) { return files[index].length; }
