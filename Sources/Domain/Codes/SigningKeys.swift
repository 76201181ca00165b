internal import Journal
internal import Store

/// The keys of signed codes.
///
/// Old keys stay, so that codes signed with them stay good.
public enum SigningKeys {
    static let secretBytes = 32

    /// Makes a new key the one that signs from now on.
    ///
    /// - Returns: its id.
    /// - Throws: `conflict` with `signing_keys_exhausted` after 255 keys.
    public static func rotate(in context: inout DecisionContext) throws(Rejection) -> UInt8 {
        let current = current(state: context.state) ?? 0
        guard current < .max else {
            throw .conflict(code: "signing_keys_exhausted", message: "There can be 255 signing keys.")
        }
        makeCurrent(current + 1, in: &context)
        return current + 1
    }

    static func makeCurrent(_ id: UInt8, in context: inout DecisionContext) {
        var secret: [UInt8] = []
        while secret.count < secretBytes {
            let word = context.random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                secret.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        context.state.insert(SettingRecord.self, .signingKey(id), .signingKey(secret))
        context.state.put(SettingRecord.self, .currentSigningKey, .currentSigningKey(id))
        context.record(.signingKeyCreated, EntityNumber(rawValue: UInt64(id)), of: .system)
    }

    static func current(state: some StateReading) -> UInt8? {
        guard case .currentSigningKey(let id)? = state.find(SettingRecord.self, .currentSigningKey) else { return nil }
        return id
    }

    static func secret(_ id: UInt8, state: some StateReading) -> [UInt8]? {
        guard case .signingKey(let secret)? = state.find(SettingRecord.self, .signingKey(id)) else { return nil }
        return secret
    }
}
