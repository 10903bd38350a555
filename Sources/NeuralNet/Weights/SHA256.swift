internal import Foundation

/// The hash function SHA-256 (FIPS 180-4): tells whether a file is the one that was published.
package enum SHA256 {
    /// The first 32 bits behind the point of the cube roots of the first 64 primes.
    private static let constants = primes(64).map { fraction(cbrt($0)) }
    /// The same of the square roots of the first 8.
    private static let start = primes(8).map { fraction($0.squareRoot()) }

    /// The hash of `bytes` in 64 hexadecimal digits.
    package static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        var state = start
        let whole = bytes.count / 64 * 64
        digest(UnsafeRawBufferPointer(rebasing: bytes[..<whole]), into: &state)
        // A one bit, zeros up to 8 bytes before a block's end, and the number of bits, big-endian.
        var rest = bytes[whole...] + [0x80]
        rest += Array(repeating: 0, count: (120 - rest.count) % 64)
        rest += withUnsafeBytes(of: UInt64(8 * bytes.count).bigEndian) { Array($0) }
        rest.withUnsafeBytes { digest($0, into: &state) }
        return state.map { String(UInt64($0) | 1 << 32, radix: 16).dropFirst() }.joined()
    }

    /// Takes in whole blocks of 64 bytes.
    private static func digest(_ blocks: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        constants.withUnsafeBufferPointer { constants in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
                for block in stride(from: 0, to: blocks.count, by: 64) {
                    for t in 0..<16 {
                        w[t] = UInt32(bigEndian: blocks.loadUnaligned(fromByteOffset: block + 4 * t, as: UInt32.self))
                    }
                    for t in 16..<64 {
                        let (a, b) = (w[t - 15], w[t - 2])
                        w[t] =
                            w[t - 16] &+ w[t - 7] &+ (a.rotated(7) ^ a.rotated(18) ^ a >> 3)
                            &+ (b.rotated(17) ^ b.rotated(19) ^ b >> 10)
                    }
                    compress(w, constants, into: &state)
                }
            }
        }
    }

    private static func compress(
        _ w: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>, into state: inout [UInt32]
    ) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let choice = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c)
            let first = h &+ (e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)) &+ choice &+ constants[t] &+ w[t]
            let second = (a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)) &+ majority
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
    }

    private static func primes(_ count: Int) -> [Double] {
        var primes: [Int] = []
        var candidate = 2
        while primes.count < count {
            if !primes.contains(where: { candidate % $0 == 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map(Double.init)
    }

    private static func fraction(_ value: Double) -> UInt32 { UInt32((value - value.rounded(.down)) * 0x1p32) }
}

extension UInt32 {
    /// The bits moved to the right, those that fall out put in on the left.
    fileprivate func rotated(_ count: Int) -> UInt32 { self >> count | self << (32 - count) }
}
