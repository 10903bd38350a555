/// FNV-1a with 64 bits (Fowler, Noll, Vo): detects damage, not tampering.
package enum Checksum {
    /// h = 14695981039346656037, then for each byte h = (h ⊕ byte) · 1099511628211 modulo 2⁶⁴.
    package static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }

    /// The same over 32-bit little-endian words instead of bytes, in a quarter of the steps; `hash` is that of the
    /// data before them.
    package static func fnv1a(
        words bytes: UnsafeRawBufferPointer, after hash: UInt64 = 0xcbf2_9ce4_8422_2325
    ) -> UInt64 {
        precondition(bytes.count % 4 == 0, "\(bytes.count) bytes are not whole words")
        var hash = hash
        for i in stride(from: 0, to: bytes.count, by: 4) {
            let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt32.self))
            hash = (hash ^ UInt64(word)) &* 0x100_0000_01b3
        }
        return hash
    }

    /// The same over the bit patterns of floats.
    package static func fnv1a(floats values: some Sequence<Float>, after hash: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64
    {
        values.reduce(hash) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 }
    }
}
