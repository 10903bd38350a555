#ifndef CBUILTINMODEL_H
#define CBUILTINMODEL_H

#include <stddef.h>

/// The bytes of models/vgg16-quarter.bin, as compiled into this program.
const unsigned char *cbuiltinmodel_bytes(void);

/// How many there are.
size_t cbuiltinmodel_count(void);

#endif
