/// Spreads the applier's work over the time that it has.
///
/// A layer's work done in one go takes a whole core for tens of milliseconds, twice a second, and everybody who is
/// answered in that time waits behind it. Done in small pieces with rests between them it ends in time as well, and
/// nobody waits for more than a piece.
struct ApplierPace {
    private let clock: any EngineClock
    private let start: UInt64
    private let allowedNanoseconds: UInt64

    /// Rests that would be shorter are not worth their system call.
    private static let restNanosecondsMin: UInt64 = 200_000
    /// So that somebody who begins to wait for the layer is noticed.
    private static let restNanosecondsMax: UInt64 = 1_000_000

    /// Begins now.
    ///
    /// - Parameters:
    ///   - clock: The clock.
    ///   - allowedNanoseconds: The nanoseconds that the whole work may take; 0 for as few as possible.
    init(_ clock: any EngineClock, allowedNanoseconds: UInt64) {
        self.clock = clock
        self.allowedNanoseconds = allowedNanoseconds
        start = allowedNanoseconds == 0 ? 0 : clock.monotonicNanoseconds()
    }

    /// Rests if more is done than is due by now.
    func rest(done: Int, of total: Int) {
        guard allowedNanoseconds > 0 else { return }
        let due = start + UInt64(Double(allowedNanoseconds) * Double(done) / Double(max(total, 1)))
        let now = clock.monotonicNanoseconds()
        guard due > now, due - now >= ApplierPace.restNanosecondsMin else { return }
        clock.pause(for: .nanoseconds(Int64(min(due - now, ApplierPace.restNanosecondsMax))))
    }
}
