internal import Journal
public import Store

/// The rules that every state keeps, checked from the records alone.
public enum Invariants {
    /// Checks every rule of the domain over a whole state.
    ///
    /// Per counter: `used` is the sum of its live redemptions, `held` that of its live holds, and both fit the
    /// limit. Unique keys and rows belong together both ways, and so do indexes and rows. Usage per person and
    /// tallies are what the claims say. Codes that are pending keep every rule of a code, and nobody has claimed them.
    ///
    /// - Parameters:
    ///   - limit: after that many violations the rest is not looked at.
    ///   - progress: told a table's name and the records seen of it, after every 65,536 and at its end.
    /// - Returns: what is broken; empty for a sound state.
    /// - Complexity: O(records) with a few point reads each; memory does not grow with the state.
    public static func check(
        _ state: some StateScanning, limit: Int = 100,
        progress: (_ table: String, _ records: UInt64) -> Void = { _, _ in }
    ) -> [Violation] {
        withoutActuallyEscaping(progress) { progress in
            var check = InvariantCheck(state: state, limit: limit, progress: progress)
            check.checkOwners()
            check.checkCounters()
            check.checkCodes()
            check.checkCampaigns()
            check.checkRedemptions()
            check.checkHolds()
            check.checkClaims()
            check.checkIndexes()
            check.checkIdempotency()
            check.checkPending()
            return check.violations
        }
    }
}

extension RawSpan {
    /// Whether the bytes are exactly those of a text.
    func isText(_ text: String?) -> Bool {
        guard let text, text.utf8.count == byteCount else { return false }
        var reader = ValueReader(self)
        return text.utf8.allSatisfy { $0 == reader.byte() }
    }
}
