import API
import Wire

/// A claim at the sequencer, as far as its answer depends on its request.
struct PendingClaim {
    /// The operation that it is for.
    var operation: ClaimOperation
    /// When it was read, on the monotonic clock.
    var readAt: UInt64
    /// The trace that its request names.
    var traceID: TraceID?
    /// The request in the access log; nil for most.
    var accessed: AccessLog.Request?
}
