import NIOCore

/// Tells the request that an answer belongs to.
struct RequestTag: Sendable {
    /// The number of its (first) redeemer.
    var number: Int
    /// The step of the request, where a source has several.
    var step: UInt8 = 0
    /// The server's id of the thing it is about.
    var id: UInt64 = 0
}
