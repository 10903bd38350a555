// Compiles one source for every instruction set, as Highway's foreach_target.h does: a .c file defines KERNEL_SOURCE,
// the name of a file "…-inl.h", and includes this file, once.  KERNEL_SOURCE is then included once for each set.
//
// Needs: KERNEL_SOURCE.
// Gives KERNEL_SOURCE: CKernels.h, panels.h, simd-inl.h, and these macros, which are undefined after each set:
//   NAME(x)  the name of a function or type in this set    TARGET  the function attribute that selects the set
//   LANES    floats in a vector                            MR      rows of a product that fit the registers
//   FUSED    whether the set has fused multiply-adds
// Gives the .c file: SELECT(level, x), the NAME(x) of the best set up to `level` that the processor has.
//
// Highway itself is not used.  Its MulAdd rounds twice in sets without FMA, and its sums over lanes depend on the
// vector length; here all sets give the same bits, so the emulated FMA and the order of sums would still have to be
// written.  It picks a set by state of the process, here the caller passes a level, so tests of several sets run at the
// same time.  It is C++, which adds a runtime, and every user of this package would have to install it.  The few vector
// operations that the kernels need are operators and builtins of Clang, the only compiler of Swift packages.

#include "CKernels.h"
#include "panels.h"

#include <math.h>
#include <string.h>

// Contracted expressions would round otherwise in sets with FMA.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#define NAME(x) ckernels_avx512_##x
// Without the width, 512-bit vectors would be split in two.
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define LANES 16
#define FUSED 1
#define MR 16
#include "target-inl.h"

#define NAME(x) ckernels_avx2_##x
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LANES 8
#define FUSED 1
#define MR 6
#include "target-inl.h"

#define BASELINE_FUSED 0
#define BASELINE_MR 3

#define SELECT(level, x)                                                                                     \
    ((__typeof__(&ckernels_baseline_##x)[]){ckernels_baseline_##x, ckernels_avx2_##x, ckernels_avx512_##x}[ \
        ckernels_level_within(level)])

#else

// arm64, which has 32 registers; correct on any other processor.
#define BASELINE_FUSED 1
#define BASELINE_MR 6

#define SELECT(level, x) ((void)(level), &ckernels_baseline_##x)

#endif

#define NAME(x) ckernels_baseline_##x
#define TARGET
#define LANES 4
#define FUSED BASELINE_FUSED
#define MR BASELINE_MR
#include "target-inl.h"
