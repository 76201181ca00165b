import NIOCore

/// Which request an answer belongs to.
struct RequestTag: Sendable {
    /// The number of its (first) redeemer.
    var number: Int
    /// What is done, where a source does several things.
    var step: UInt8 = 0
    /// The server's id of the thing it is about.
    var id: UInt64 = 0
}
