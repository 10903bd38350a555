import Imaging
import TestSupport
import Testing

@Suite struct ImageBlurTests {
    @Test(
        "each channel of a picture is blurred as a mask is, to the bit",
        arguments: [(20, 13, 7, 1.0), (3, 40, 7, 1), (40, 2, 7, 1), (1, 1, 7, 1), (33, 21, 5, 1.5)])
    func blursChannels(width: Int, height: Int, size: Int, sigma: Double) {
        let image = Image(
            width: width, height: height, values: (0..<3 * width * height).map { Float($0 * $0 * 37 % 101) / 100 })
        let blurred = image.blurred(size: size, sigma: sigma)
        for c in 0..<3 {
            let channel = Mask(
                width: width, height: height, values: (0..<width * height).map { image.values[3 * $0 + c] })
            let result = (0..<width * height).map { blurred.values[3 * $0 + c] }
            #expect(result == channel.blurred(size: size, sigma: sigma).values)
        }
    }
}
