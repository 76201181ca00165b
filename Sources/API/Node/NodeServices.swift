import CivilTime
import Domain
package import Engine
import JSONText
package import Logging
import NIOCore
package import Replication
import Wire

/// The services of a server that every operation can use.
package final class NodeServices: Sendable {
    package let engine: Engine
    /// The followers of this node.
    package let followers: Followers
    /// The service that follows another node; nil on a node that began as a primary.
    let replica: ReplicaService?
    package let succession: Succession
    package let authenticator: Authenticator
    package let gate = IdempotencyGate()
    let figures: any ServerFigures
    package let lifecycle = Lifecycle()
    let threads: OperationThreads
    let version: String
    package let logger: Logger
    /// The system's zones of time.
    let zones: ZoneDirectory
    /// The OpenAPI document, rendered once.
    let document: ByteBuffer

    package init(
        engine: Engine, replica: ReplicaService?, peers: PeerAccess?, rootKey: String?, version: String, logger: Logger,
        figures: any ServerFigures, threads: OperationThreads, zonesPath: String?
    ) {
        self.engine = engine
        self.figures = figures
        self.threads = threads
        zones = ZoneDirectory(zonesPath)
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
