#ifndef HARMONIZE_GRABCUT_H
#define HARMONIZE_GRABCUT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// GrabCut (Rother, Kolmogorov and Blake 2004) by OpenCV. Errors are status codes; no exception leaves this module. The
/// same input gives the same labels, on any processor.

/// The result of a call. All but `ok` set the message.
typedef enum {
    cgrabcut_ok = 0,
    cgrabcut_out_of_memory,
    cgrabcut_failed,  // an error of OpenCV's
} cgrabcut_status;

/// The capacity of a message, including the terminating zero.
enum { cgrabcut_message_size = 256 };

/// The labels of pixels. The first two are never changed.
enum {
    cgrabcut_background = 0,
    cgrabcut_foreground = 1,
    cgrabcut_maybe_background = 2,
    cgrabcut_maybe_foreground = 3,
};

/// The colour models of background and foreground: Gaussian mixtures of five components, as OpenCV stores them. Five
/// weights, then five means (R, G, B), then five 3×3 covariances.
enum { cgrabcut_components = 5, cgrabcut_model_size = 5 + 15 + 45 };
typedef struct {
    double background[cgrabcut_model_size], foreground[cgrabcut_model_size];
} cgrabcut_models;

/// Segments the picture of `height`×`width` RGB pixels, row by row: learns both models from the pixels that `labels`
/// calls background (0 and 2) and foreground (1 and 3), at least one of each, and settles those that are only maybe so,
/// until no label changes, for `iterations`, or until the foreground would be lost. About 2 µs a pixel and iteration.
cgrabcut_status cgrabcut_segment(
    const uint8_t *pixels, int width, int height, int iterations, uint8_t *labels, cgrabcut_models *models,
    char *message);

/// For each pixel, the length of the shortest path over 8 neighbours from one whose `seeds` is not 0, of which there is
/// at least one. A step from i to j is as long as they are apart, and longer by `edge`·(1 − exp(−β·‖z_i − z_j‖²)):
/// across an edge of the picture by nearly `edge`, in an even part by next to nothing (Criminisi, Sharp and Blake
/// 2008).
cgrabcut_status cgrabcut_distances(
    const uint8_t *pixels, int width, int height, const uint8_t *seeds, double edge, float *distances, char *message);

/// Settles the labels that are only maybe so by a single minimum cut, with the energy of `cgrabcut_segment` and models
/// that it learned. The time follows the number of these pixels: a banded cut (Lombaert, Sun, Grady and Xu 2005).
///
/// Where `shares` is not null, it tells for each pixel the share of these models in its densities, 0…1; the rest is
/// that of `others`.
cgrabcut_status cgrabcut_refine(
    const uint8_t *pixels, int width, int height, const cgrabcut_models *models, const cgrabcut_models *others,
    const float *shares, uint8_t *labels, char *message);

#ifdef __cplusplus
}
#endif

#endif
