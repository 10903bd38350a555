#include "CKernels.h"

int ckernels_level_within(int level) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (level >= CKERNELS_AVX512 && __builtin_cpu_supports("x86-64-v4")) return CKERNELS_AVX512;
    if (level >= CKERNELS_AVX2 && __builtin_cpu_supports("x86-64-v3")) return CKERNELS_AVX2;
#else
    (void)level;
#endif
    return CKERNELS_BASELINE;
}
