internal import Crypto
public import Journal
public import Store

/// The name of a history: the same on every node that has a part of it, also after a restore.
public enum HistoryName {
    /// Derived from the secret that a directory draws at its first start; nil before that.
    ///
    /// Tells nothing of the secret: 128 bits of a SHA-256.
    public static func load(from state: some StateReading) -> Hash128? {
        state.read(Tables.settings, SettingKey.publicIDSecret.key) { bytes in
            var hash = SHA256()
            hash.update(data: Array("usher history".utf8))
            bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            let digest = Array(hash.finalize())
            func word(_ range: Range<Int>) -> UInt64 { digest[range].reduce(0) { $0 << 8 | UInt64($1) } }
            return Hash128(low: word(8..<16), high: word(0..<8))
        }
    }
}
