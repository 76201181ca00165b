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
    /// The system's zones of time.
    let zones: ZoneDirectory
    /// The way to other nodes.
    let upstreamClient: UpstreamClient
    /// The log of the node.
    package let log: NodeLog
    /// The sample of requests that is written down; nil for none.
    package let accessLog: AccessLog?
    /// The OpenAPI document, rendered once.
    let document: ByteBuffer

    package init(
        engine: Engine, replica: ReplicaService?, peers: PeerAccess, port: Int, rootKey: String?, version: String,
        logger: Logger,
        accessLogRate: Double = 0, upstreamClient: UpstreamClient = .standard, figures: any ServerFigures,
        threads: OperationThreads, zonesPath: String?
    ) {
        self.engine = engine
        self.figures = figures
        self.threads = threads
        zones = ZoneDirectory(zonesPath)
        self.replica = replica
        followers = Followers(engine)
        self.version = version
        self.upstreamClient = upstreamClient
        let log = NodeLog(logger)
        self.log = log
        succession = Succession(
            engine: engine, ownURL: peers.ownURL(port),
            heard: { url, failure in
                let epoch = LogValue.count(engine.standing.epoch)
                if let failure {
                    log.write(.peerSilent, (.url, .text(url)), (.epoch, epoch), (.reason, .text(failure)))
                } else {
                    log.write(.peerTold, (.url, .text(url)), (.epoch, epoch))
                }
            }, makeUpstream: peers.makeUpstream)
        accessLog = accessLogRate > 0 ? AccessLog(log, rate: accessLogRate) : nil
        authenticator = Authenticator(engine: engine, rootKey: rootKey)
        document = ByteBuffer(bytes: OpenAPI.document(version: version).text)
    }

    /// Turns internal numbers into the ids that are shown.
    var ids: PublicIDs { engine.publicIDs }
}
