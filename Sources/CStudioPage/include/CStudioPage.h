#ifndef CSTUDIOPAGE_H
#define CSTUDIOPAGE_H

#include <stddef.h>

/// How many files the studio's page has, as compiled into this program.
size_t cstudiopage_count(void);

/// The name of a file, from 0; its bytes, and how many there are.
const char *cstudiopage_name(size_t index);
const unsigned char *cstudiopage_bytes(size_t index);
size_t cstudiopage_length(size_t index);

#endif
