// Ends one instruction set's part of convolution.c.
#undef NAME
#undef TARGET
#undef LANES
#undef FUSED
#undef MR
#undef VF
#undef INLINE
