#ifndef CKERNELS_DISPATCH_H
#define CKERNELS_DISPATCH_H

#if !defined(__has_feature)
#define __has_feature(x) 0
#endif

// MULTIVERSIONED compiles a function for AVX-512, AVX2 with FMA and the baseline, and lets the loader pick: before a
// sanitizer is there, whose calls in what picks would crash.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

// PICK calls the best body of a function that the processor has, up to a level: 2 AVX-512, 1 AVX2 with FMA, 0 the baseline.
#if defined(__x86_64__)
#define PICK(level, function, ...)                                                                 \
    do {                                                                                           \
        __builtin_cpu_init();                                                                      \
        if ((level) >= 2 && __builtin_cpu_supports("x86-64-v4")) avx512_##function(__VA_ARGS__);   \
        else if ((level) >= 1 && __builtin_cpu_supports("x86-64-v3")) avx2_##function(__VA_ARGS__); \
        else baseline_##function(__VA_ARGS__);                                                     \
    } while (0)
#else
#define PICK(level, function, ...) baseline_##function(__VA_ARGS__)
#endif

#endif
