internal import Store

/// Changes capacity counters for administrators, in one way for all.
enum Counters {
    /// Sets a limit that the caller decided on from this very counter.
    static func swap(
        _ counter: inout CapacityCounter, limit: UInt64, field: String, in context: inout DecisionContext
    ) throws(Rejection) {
        switch counter.compareAndSwap(expectedVersion: counter.version, newLimit: limit) {
        case .swapped: return
        case .versionMismatch: throw .versionMismatch
        case .belowTaken(let minimum):
            if counter.held > 0 { context.isShortBesideDue = true }
            throw .conflict(
                code: "below_taken",
                message: "\(field) cannot be below the \(minimum) places that are used or held.")
        }
    }
}
