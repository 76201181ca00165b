import Domain
import Engine
import JSONText
import Logging
import NIOCore
import Replication
import Synchronization

/// What every route can use: one per server.
final class API: Sendable {
    let engine: Engine
    /// Who follows this node.
    let followers: Followers
    /// How this node became a replica's server; nil on a node that began as a primary.
    let replica: ReplicaService?
    let succession: Succession
    let authenticator: Authenticator
    let gate = IdempotencyGate()
    let gauge = ConnectionGauge()
    let latency = LatencyRecorder()
    let lifecycle = Lifecycle()
    let threads = ServerThreads()
    let version: String
    let logger: Logger
    /// The OpenAPI document, rendered once.
    let document: ByteBuffer

    init(
        engine: Engine, replica: ReplicaService?, peers: PeerAccess?, rootKey: String?, version: String, logger: Logger
    ) {
        self.engine = engine
        self.replica = replica
        followers = Followers(engine)
        succession = Succession(
            engine: engine, ownURL: peers?.ownURL, makeUpstream: peers?.makeUpstream)
        self.version = version
        self.logger = logger
        authenticator = Authenticator(engine: engine, rootKey: rootKey)
        document = ByteBuffer(bytes: OpenAPI.document(version: version).text)
    }

    /// Turns internal numbers into the ids that are shown.
    var ids: PublicIDs { engine.publicIDs }
}
