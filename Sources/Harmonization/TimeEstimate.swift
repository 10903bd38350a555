internal import Imaging
internal import NeuralNet

/// The estimated time of a pass at a size, in seconds on the reference machine (see the article on performance).
///
/// A model with few constants, fitted to jobs of 0.4 and 6.6 megapixels with the built-in network and VGG16: accurate
/// enough for the order of magnitude and for a progress bar.
struct TimeEstimate: Equatable, Sendable {
    /// The seconds of the set-up, and of an evaluation of loss and gradient.
    let setUp, evaluation: Double

    /// The seconds per multiplication of the forward pass, with its counterpart in the backward pass; and the overhead
    /// per pixel.
    private static let multiplication = 6.5e-12, passage = 5e-8
    /// The margin around a region that an evaluation computes as well, in pixels, as an average over the layers.
    private static let reach = 12
    /// Losses and L-BFGS, per pixel of the region.
    private static let losses = 4.5e-8
    /// The seconds per channel of a comparison of a query with a position.
    private static let comparison = 3.7e-11
    /// The cost of summing the nine products of a patch, in channels of a comparison.
    private static let patchSum = 9.0
    /// Guide and both syntheses, per pixel of the loose mask and of the painting, at the passes' size; and per pixel of
    /// the loose mask at each larger size.
    private static let synthesizedPixel = 1e-5, guidePixel = 1e-6, enlargedPixel = 4e-6
    /// Reading, analysing and writing pictures, per pixel of the painting.
    private static let picturePixel = 2.2e-7

    /// The time of pass 1 or 2.
    init(pass: Int, _ composition: Composition, _ network: VGG16) {
        let deepest = pass == 1 ? VGG16.Tap.relu5_1 : .relu4_1
        let painting = Double(composition.painting.size.pixelCount), loose = Double(composition.looseMask.pixelCount)
        // Pass 2 reads the painting twice: to match pass 1's result, and for the matched style features.
        let read = (pass == 1 ? 1 : 2) * painting + 2 * Double(composition.looseMask.size.pixelCount)
        let comparisons = (pass == 1 ? StyleTargets.firstTaps : [.relu4_1]).reduce(0) { sum, tap in
            let part = 1 / Double(1 << (2 * tap.depth))
            return sum + painting * part * loose * part * (Double(network.channels[tap] ?? 0) + Self.patchSum)
        }
        setUp = Self.network(pixels: read, network, to: deepest) / 2 + Self.comparison * comparisons
        let region = composition.evaluated
        let seen = Double(region.grown(by: Self.reach, within: .whole(of: composition.looseMask.size)).size.pixelCount)
        evaluation = Self.network(pixels: seen, network, to: deepest) + Self.losses * Double(region.size.pixelCount)
    }

    /// The seconds of a forward and backward pass of `pixels` through the network.
    static func network(pixels: Double, _ network: VGG16, to deepest: VGG16.Tap) -> Double {
        pixels * (multiplication * network.work(to: deepest).multiplications + passage)
    }

    /// The seconds of input, output and synthesis.
    static func rest(_ schedule: Schedule) -> Double {
        let reading = picturePixel * Double(schedule.compositions[0].painting.size.pixelCount)
        guard schedule.hand != nil, let worked = schedule.rounds.last?.sizeIndex else { return reading }
        let composition = schedule.compositions[worked]
        return schedule.compositions[..<worked].reduce(reading) {
            $0 + enlargedPixel * Double($1.looseMask.pixelCount)
        } + synthesizedPixel * Double(composition.looseMask.pixelCount)
            + guidePixel * Double(composition.painting.size.pixelCount)
    }
}

extension Mask {
    /// The number of pixels above 0.
    var pixelCount: Int { values.reduce(0) { $1 > 0 ? $0 + 1 : $0 } }
}
