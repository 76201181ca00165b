package import Engine

/// What only the server knows of itself, for the metrics.
package protocol ServerFigures: Sendable {
    /// Connections that are open.
    var connectionsOpen: Int { get }
    /// How long claims took, from being read to being answered.
    var claimTimes: Histogram { get }
}
