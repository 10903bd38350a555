#include "CBuiltInModel.h"

// #embed is C23; Clang accepts it in every mode and merely remarks on it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model[] = {
#embed "../../models/vgg16-quarter.bin"
};

const unsigned char *cbuiltinmodel_bytes(void) { return model; }

size_t cbuiltinmodel_count(void) { return sizeof model; }
