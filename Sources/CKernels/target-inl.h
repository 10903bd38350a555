// One instruction set's part of foreach_target.h, which defines NAME, TARGET, LANES, FUSED and MR before and includes
// this.

#include "simd-inl.h"

#include KERNEL_SOURCE

#undef NAME
#undef TARGET
#undef LANES
#undef FUSED
#undef MR
#undef VF
#undef VI
#undef VD
#undef INLINE
