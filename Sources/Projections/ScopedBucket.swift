/// A bucket of time in a scope.
struct ScopedBucket {
    let tenant: UInt32
    let campaign: UInt64
    let level: TimeLevel
    let bucket: UInt64
}
