internal import COpenSSL

/// The hash function SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The hash of `bytes` in 64 hexadecimal digits.
    package static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let hash = [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { hash, count in
            COpenSSL.SHA256(bytes.baseAddress, bytes.count, hash.baseAddress)
            count = Int(SHA256_DIGEST_LENGTH)
        }
        return hash.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    }
}
