/// FNV-1a with 64 bits (Fowler, Noll, Vo): finds damage, not forgery.
package enum Checksum {
    /// h = 14695981039346656037, then for each byte h = (h ⊕ byte) · 1099511628211 modulo 2⁶⁴.
    package static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }
}
