#include "CGrabCut.h"

// OpenCV's headers give warnings of their own.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include "opencv2/imgproc.hpp"
#include "opencv2/imgproc/detail/gcgraph.hpp"
#pragma clang diagnostic pop

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <queue>
#include <vector>

namespace {

// The paper's γ, the weight of the smoothness term, as OpenCV sets it.
constexpr double gamma = 50;

// Added to the variances of the mixtures, in squared steps of the samples.
constexpr double least_variance = 1;

// A picture with its labels; the pixels are not written to.
struct Scene {
    const uint8_t *pixels;
    int width, height;
    uint8_t *labels;

    size_t count() const { return (size_t)width * (size_t)height; }

    // ‖z_i − z_j‖² of two pixels.
    double distance(size_t i, size_t j) const
    {
        double sum = 0;
        for (size_t c = 0; c < 3; c++) {
            const double d = (double)pixels[3 * i + c] - (double)pixels[3 * j + c];
            sum += d * d;
        }
        return sum;
    }
};

// Half of the eight neighbours: each pair is met once.
struct Offset {
    int x, y;
};
constexpr std::array<Offset, 4> neighbours = {{{1, 0}, {-1, 1}, {0, 1}, {1, 1}}};

// Calls `body` with the indices of each pair of neighbours, and their distance in pixels.
template <typename Body>
void for_each_pair(const Scene &scene, Body body)
{
    for (int y = 0; y < scene.height; y++) {
        for (int x = 0; x < scene.width; x++) {
            const size_t i = (size_t)y * (size_t)scene.width + (size_t)x;
            for (const Offset &offset : neighbours) {
                const int u = x + offset.x, v = y + offset.y;
                if (u < 0 || u >= scene.width || v >= scene.height) continue;
                body(i, (size_t)v * (size_t)scene.width + (size_t)u, offset.x != 0 && offset.y != 0 ? M_SQRT2 : 1.0);
            }
        }
    }
}

// β of the paper's equation 5: 1 / (2·mean of ‖z_i − z_j‖²); 0 for a flat picture.
double contrast(const Scene &scene)
{
    double sum = 0, pairs = 0;
    for_each_pair(scene, [&](size_t i, size_t j, double) {
        sum += scene.distance(i, j);
        pairs += 1;
    });
    return sum > 0 ? pairs / (2 * sum) : 0;
}

// A Gaussian mixture, from OpenCV's array.
class Mixture {
public:
    explicit Mixture(const double *model)
    {
        for (int k = 0; k < cgrabcut_components; k++) {
            const double weight = model[k];
            if (weight <= 0) continue;
            // A flat colour has no spread but for the rounding; without one, next to nothing is like it.
            const cv::Matx33d covariance = cv::Matx33d(model + 20 + 9 * k) + least_variance * cv::Matx33d::eye();
            const double determinant = cv::determinant(covariance);
            if (!(determinant > 0)) continue;
            components.push_back(
                {weight / std::sqrt(determinant), cv::Vec3d(model + 5 + 3 * k), covariance.inv(cv::DECOMP_LU)});
        }
    }

    // The density, up to the constant that all have.
    double density(const uint8_t *pixel) const
    {
        double sum = 0;
        for (const Component &component : components) {
            const cv::Vec3d d = cv::Vec3d(pixel[0], pixel[1], pixel[2]) - component.mean;
            sum += component.factor * std::exp(-0.5 * d.dot(component.inverse * d));
        }
        return sum;
    }

private:
    struct Component {
        double factor;
        cv::Vec3d mean;
        cv::Matx33d inverse;
    };
    std::vector<Component> components;
};

bool is_open(uint8_t label)
{
    return label == cgrabcut_maybe_background || label == cgrabcut_maybe_foreground;
}

// The number of pixels whose label is one of the two that say foreground.
auto foreground_count(const Scene &scene)
{
    return std::count_if(scene.labels, scene.labels + scene.count(), [](uint8_t label) { return (label & 1) == 1; });
}

void segment(const Scene &scene, int iterations, cgrabcut_models &models)
{
    const cv::Mat picture(scene.height, scene.width, CV_8UC3, const_cast<uint8_t *>(scene.pixels));
    cv::Mat labels(scene.height, scene.width, CV_8UC1, scene.labels);
    cv::Mat background(1, cgrabcut_model_size, CV_64FC1, models.background);
    cv::Mat foreground(1, cgrabcut_model_size, CV_64FC1, models.foreground);
    const auto largest = foreground_count(scene);
    for (int i = 0; i < iterations; i++) {
        const std::vector<uint8_t> before(scene.labels, scene.labels + scene.count());
        const cgrabcut_models previous = models;
        cv::grabCut(
            picture, labels, cv::Rect(), background, foreground, 1, i == 0 ? cv::GC_INIT_WITH_MASK : cv::GC_EVAL);
        if (i > 0 && foreground_count(scene) < largest / 50) {
            // The object is being lost: it was better before.
            std::copy(before.begin(), before.end(), scene.labels);
            models = previous;
            break;
        }
        if (std::equal(before.begin(), before.end(), scene.labels)) break;
    }
}

// What a pixel costs on either side: −log of its density, by models that count everywhere or in shares.
class Costs {
public:
    Costs(const cgrabcut_models &models, const cgrabcut_models *others, const float *shares)
        : background(models.background), foreground(models.foreground), shares(shares)
    {
        if (shares) other.emplace_back(others->background), other.emplace_back(others->foreground);
    }

    struct Pair {
        double background, foreground;
    };
    Pair of(const Scene &scene, size_t i) const
    {
        const uint8_t *pixel = scene.pixels + 3 * i;
        const double share = shares ? shares[i] : 1;
        Pair density = {0, 0};
        if (share > 0) density = {share * background.density(pixel), share * foreground.density(pixel)};
        if (share < 1) {
            density.background += (1 - share) * other[0].density(pixel);
            density.foreground += (1 - share) * other[1].density(pixel);
        }
        return {-std::log(std::max(density.background, 1e-100)), -std::log(std::max(density.foreground, 1e-100))};
    }

private:
    Mixture background, foreground;
    std::vector<Mixture> other;
    const float *shares;
};

// Dijkstra's algorithm.
void measure(const Scene &scene, const uint8_t *seeds, double edge, float *distances)
{
    struct Way {
        double length;
        size_t end;
        bool operator>(const Way &way) const { return length != way.length ? length > way.length : end > way.end; }
    };
    std::priority_queue<Way, std::vector<Way>, std::greater<Way>> ways;
    std::vector<double> shortest(scene.count(), std::numeric_limits<double>::infinity());
    for (size_t i = 0; i < scene.count(); i++) {
        if (seeds[i] != 0) shortest[i] = 0, ways.push({0, i});
    }
    const double beta = contrast(scene);
    while (!ways.empty()) {
        const Way way = ways.top();
        ways.pop();
        if (way.length > shortest[way.end]) continue;
        const int x = (int)(way.end % (size_t)scene.width), y = (int)(way.end / (size_t)scene.width);
        for (int v = std::max(0, y - 1); v <= std::min(scene.height - 1, y + 1); v++) {
            for (int u = std::max(0, x - 1); u <= std::min(scene.width - 1, x + 1); u++) {
                const size_t j = (size_t)v * (size_t)scene.width + (size_t)u;
                const double apart = u != x && v != y ? M_SQRT2 : 1;
                const double length =
                    way.length + apart + edge * (1 - std::exp(-beta * scene.distance(way.end, j)));
                if (length >= shortest[j]) continue;
                shortest[j] = length;
                ways.push({length, j});
            }
        }
    }
    std::copy(shortest.begin(), shortest.end(), distances);
}

void refine(const Scene &scene, const Costs &costs)
{
    const double beta = contrast(scene);
    std::vector<int> vertices(scene.count(), -1);
    const auto open = std::count_if(scene.labels, scene.labels + scene.count(), is_open);
    cv::detail::GCGraph<double> graph((unsigned)open, (unsigned)(8 * open));
    for (size_t i = 0; i < scene.count(); i++) {
        if (!is_open(scene.labels[i])) continue;
        vertices[i] = graph.addVtx();
        const Costs::Pair cost = costs.of(scene, i);
        graph.addTermWeights(vertices[i], cost.background, cost.foreground);
    }
    for_each_pair(scene, [&](size_t i, size_t j, double distance) {
        const int a = vertices[i], b = vertices[j];
        if (a < 0 && b < 0) return;
        const double weight = gamma / distance * std::exp(-beta * scene.distance(i, j));
        if (a >= 0 && b >= 0) {
            graph.addEdges(a, b, weight, weight);
            return;
        }
        const bool is_inside = scene.labels[a < 0 ? i : j] == cgrabcut_foreground;
        graph.addTermWeights(a < 0 ? b : a, is_inside ? weight : 0, is_inside ? 0 : weight);
    });
    if (open > 0) graph.maxFlow();
    for (size_t i = 0; i < scene.count(); i++) {
        if (vertices[i] < 0) continue;
        scene.labels[i] =
            graph.inSourceSegment(vertices[i]) ? cgrabcut_maybe_foreground : cgrabcut_maybe_background;
    }
}

// Calls `body`, with OpenCV's settings fixed, and turns exceptions into a status.
template <typename Body>
cgrabcut_status guarded(char *message, Body body)
{
    try {
        // One thread, one seed and no instructions that only some processors have: the same bits each time.
        cv::setNumThreads(1);
        cv::setUseOptimized(false);
        cv::setRNGSeed(1);
        body();
        return cgrabcut_ok;
    } catch (const std::bad_alloc &) {
        std::snprintf(message, cgrabcut_message_size, "not enough memory");
        return cgrabcut_out_of_memory;
    } catch (const cv::Exception &error) {
        std::snprintf(message, cgrabcut_message_size, "%s", error.err.c_str());
        return error.code == cv::Error::StsNoMem ? cgrabcut_out_of_memory : cgrabcut_failed;
    } catch (const std::exception &error) {
        std::snprintf(message, cgrabcut_message_size, "%s", error.what());
        return cgrabcut_failed;
    }
}

}  // namespace

cgrabcut_status cgrabcut_segment(
    const uint8_t *pixels, int width, int height, int iterations, uint8_t *labels, cgrabcut_models *models,
    char *message)
{
    return guarded(message, [&] { segment({pixels, width, height, labels}, iterations, *models); });
}

cgrabcut_status cgrabcut_distances(
    const uint8_t *pixels, int width, int height, const uint8_t *seeds, double edge, float *distances, char *message)
{
    return guarded(message, [&] { measure({pixels, width, height, nullptr}, seeds, edge, distances); });
}

cgrabcut_status cgrabcut_refine(
    const uint8_t *pixels, int width, int height, const cgrabcut_models *models, const cgrabcut_models *others,
    const float *shares, uint8_t *labels, char *message)
{
    return guarded(message, [&] { refine({pixels, width, height, labels}, Costs(*models, others, shares)); });
}
