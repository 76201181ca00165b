/// The limits on one request.
package enum OperationLimits {
    /// The most bytes of a body that is not streamed.
    package static var bodyBytesMax: Int { 65_536 }
    /// Seconds in which the reader of a snapshot must take a chunk of it.
    static let chunkSeconds = 30
}
