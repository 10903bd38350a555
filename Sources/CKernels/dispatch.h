#ifndef CKERNELS_DISPATCH_H
#define CKERNELS_DISPATCH_H

// MULTIVERSIONED compiles a function for AVX-512, AVX2 with FMA and the baseline, and lets the loader pick.
#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

#endif
