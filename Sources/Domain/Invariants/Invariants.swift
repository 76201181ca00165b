internal import Journal
public import Store

/// The rules that every state keeps, checked from the records alone.
public enum Invariants {
    /// Reads every record of every table and checks every rule of the domain over a whole state.
    ///
    /// Each table's record says its rules. Per counter: `used` is the sum of its live redemptions, `held` that of its
    /// live holds, and both fit the limit. Unique keys and rows belong together both ways, and so do indexes and rows:
    /// so nobody has two live claims on one thing. Usage per person and tallies are what the claims say. Codes that are
    /// pending keep every rule of a code, and nobody has claimed them.
    ///
    /// - Parameters:
    ///   - state: The state to check.
    ///   - limit: The number of violations after which the rest is not checked.
    ///   - progress: Called with a table's name and the number of its records seen, after every 65,536 and at its end.
    /// - Returns: The violations; empty for a sound state.
    /// - Complexity: O(records) with a few point reads each; memory does not grow with the state.
    public static func check(
        _ state: some StateScanning, limit: Int = 100,
        progress: (_ table: String, _ records: UInt64) -> Void = { _, _ in }
    ) -> [Violation] {
        withoutActuallyEscaping(progress) { progress in
            var check = InvariantCheck(state: state, limit: limit, progress: progress)
            for record in Tables.records { check.walk(record) }
            return check.violations
        }
    }
}
