import Domain
import Engine
import Foundation
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Replication
import Wire

/// The snapshot that a new node begins with, and the log that it follows from there.
extension Operations {
    static let replication: [Operation] = [
        Operation(
            method: .get, path: "/replication/snapshot", name: "snapshot",
            summary: "The newest acknowledged state as one file, for a new node or a restore.",
            chapter: .service, need: .backup,
            replies: [Operation.Reply(status: 200, content: [("application/octet-stream", .text)])], lane: .vital,
            work: .query(snapshot)
        ),
        Operation(
            method: .get, path: "/replication/stream", name: "stream",
            summary:
                "The log behind a position: frames as they are stored, and a heartbeat every half second without one.",
            chapter: .service, need: .replicate,
            query: [
                Operation.Parameter(name: "after", schema: ["type": "string"], isRequired: true),
                Operation.Parameter(name: "chain", schema: ["type": "string"], isRequired: true),
                Operation.Parameter(name: "follower", schema: ["type": "string"]),
                Operation.Parameter(name: "url", schema: ["type": "string"]),
                Operation.Parameter(name: "history", schema: ["type": "string"]),
                Operation.Parameter(name: "registration", schema: ["type": "integer", "minimum": 0]),
            ],
            replies: [Operation.Reply(status: 200, content: [("application/octet-stream", .text)])],
            problems: [409], lane: .vital, work: .feed(stream)),
        Operation(
            method: .post, path: "/replication/confirm", name: "confirmFrames",
            summary: "Confirms the position up to which a follower has the log on stable storage.",
            chapter: .service, need: .replicate, body: .json(ConfirmRequest.self),
            replies: [Operation.Reply(.bare(Confirmation.self))], lane: .vital, work: .node(confirm)),
        Operation(
            method: .post, path: "/replication/epoch", name: "tellEpoch",
            summary: "Announces a primary of a newer epoch; an older primary decides nothing from then on.",
            chapter: .service, need: .root, body: .json(EpochRequest.self),
            replies: [replicationReply], lane: .vital, work: .node(tellEpoch)),
        Operation(
            method: .get, path: "/api/admin/replication", name: "replicationStatus",
            summary: "The role of this node, the node that it follows, and its followers.",
            chapter: .service, need: .replicate, replies: [replicationReply], lane: .vital,
            work: .query { status($0) }),
        Operation(
            method: .patch, path: "/api/admin/replication", name: "changeReplication",
            summary: "Sets, until the next start, how many followers must have a claim before it is acknowledged.",
            chapter: .service, need: .root, body: .json(ReplicationRequest.self),
            replies: [replicationReply], lane: .vital, work: .node(change)),
        Operation(
            method: .post, path: "/api/admin/replication/promote", name: "promote",
            summary: "Makes this replica the primary of a new epoch and tells the others.",
            chapter: .service, need: .root, body: .json(PromoteRequest.self, isRequired: false),
            replies: [replicationReply],
            problems: [409], lane: .vital, work: .node(promote)),
        Operation(
            method: .post, path: "/api/admin/replication/strike-off", name: "strikeOffNode",
            summary: "Forgets a node that will never come back: it is told nothing more, and is no lost follower.",
            chapter: .service, need: .root, body: .json(StrikeOffRequest.self),
            replies: [replicationReply], problems: [404, 409], lane: .vital, work: .node(strikeOff)),
    ]

    /// The milliseconds that a promotion waits for the first answers of the nodes that it tells.
    private static let tellMilliseconds = 8000

    private static let replicationShape = AnswerShape.data(ReplicationView.self)
    private static let replicationReply = Operation.Reply(replicationShape)

    private static func snapshot(_ call: Call) async throws -> Answer {
        let (engine, threads) = (call.api.engine, call.api.threads)
        guard let place = threads.snapshotPlaces.enter() else {
            throw Problem.tooManySnapshots(SnapshotPlaces.countMax)
        }
        return Answer(
            type: "application/octet-stream",
            body: .stream { writer in
                defer { withExtendedLifetime(place) {} }
                let sent = SentSnapshot(by: call)
                do {
                    try await BlockingSource.stream(
                        to: &writer, on: threads.snapshots, timeoutSeconds: OperationLimits.chunkSeconds
                    ) { sink in
                        try engine.writeSnapshot { bytes in
                            try sink(bytes)
                            sent.add(bytes.count)
                        }
                    }
                } catch {
                    sent.end(error)
                    throw error
                }
                sent.end()
            })
    }

    // MARK: The log

    private static func stream(_ call: Call) async throws -> Answer {
        guard let position = call.query("after").flatMap(LogPosition.init) else {
            throw Problem.invalid(field: "after", "must be a position: <epoch>-<sequence>.")
        }
        guard let chain = call.query("chain").flatMap(Hash128.init) else {
            throw Problem.invalid(
                field: "chain", "must be the chain hash of the frame at 'after': 32 hexadecimal digits.")
        }
        let api = call.api
        let follower = try follower(call)
        if let follower {
            do { try api.followers.check(follower) } catch { throw Problem.late(error) }
        }
        let feed = Feed(api.engine) { [replica = api.replica] in replica.map { $0.follower.status.lagMilliseconds } ?? 0
        }
        let history = try call.query("history").map { text in
            guard let history = Hash128(text) else {
                throw Problem.invalid(field: "history", "must be the name of a history: 32 hexadecimal digits.")
            }
            return history
        }
        let log: FeedStream
        do {
            log = try await api.threads.feed.run {
                try feed.open(after: position, chain: chain, history: history)
            }
        } catch let refusal as FeedRefusal {
            throw Problem.feed(refusal)
        }
        return Answer(
            type: "application/octet-stream",
            body: .stream { writer in
                // An old request that was held back on its way ends here, and displaces nobody.
                let connection = try follower.map { try api.followers.enter($0, log) }
                defer { if let connection { api.followers.leave(connection) } }
                try await send(log, as: connection, of: api, to: &writer)
            })
    }

    /// The follower that the request names, if it names one.
    private static func follower(_ call: Call) throws -> FollowerIdentity? {
        guard let node = call.query("follower") else { return nil }
        guard isName(node) else {
            throw Problem.invalid(field: "follower", "must be 1 to 64 letters, digits and hyphens.")
        }
        let registration = call.query("registration").map { Call.digits($0) }
        if let registration, registration == nil {
            throw Problem.invalid(field: "registration", "must be a number that grows with every stream.")
        }
        return FollowerIdentity(
            node: node, url: call.query("url")?.removingPercentEncoding, registration: registration ?? nil)
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
            }
    }

    /// Sends frames and heartbeats until the follower goes away or the server stops.
    @concurrent
    private static func send(
        _ log: FeedStream, as connection: Followers.Connection?, of api: NodeServices, to writer: inout any AnswerStream
    ) async throws {
        let line = FeedLine(log, of: api.engine, as: connection, in: api.followers)
        while !api.lifecycle.isDraining,
            let piece = try await line.next(reading: { try await api.threads.feed.run($0) })
        {
            try await writer.write(ByteBuffer(bytes: piece))
        }
    }

    // MARK: Followers

    private static func confirm(_ call: Call) async throws -> Answer {
        let body = try call.read(ConfirmRequest.self)
        let isConnected = call.api.followers.confirm(body.follower, body.position, registration: body.registration)
        return .shown(.bare(Confirmation.self), Confirmation(isConnected: isConnected))
    }

    private static func tellEpoch(_ call: Call) async throws -> Answer {
        let body = try call.read(EpochRequest.self)
        let known = call.api.engine.standing.epoch
        // An epoch of a distant future would leave no room for the promotions to come.
        let highest = EpochNumber.highest(known: known, wallMilliseconds: call.api.engine.now.milliseconds)
        guard body.epoch <= highest else {
            throw Problem.invalid(
                field: "epoch", "Must be the number of an epoch that can have begun by now: at most \(highest).")
        }
        if try await call.api.engine.learn(epoch: body.epoch, primary: body.primary) {
            call.api.log.write(
                .newerPrimary, (.epoch, .count(body.epoch)), (.primary, body.primary.map { .text($0) }),
                (.role, .text(call.api.engine.standing.authority.name)))
        }
        return status(call)
    }

    // MARK: Administration

    private static func change(_ call: Call) async throws -> Answer {
        let count = try call.read(ReplicationRequest.self).syncReplicas
        let before = call.api.engine.quorum.require(count)
        call.api.log.write(
            .syncReplicasChanged, (.before, .count(before)), (.after, .count(count)), (.by, call.actorName))
        return status(call)
    }

    private static func promote(_ call: Call) async throws -> Answer {
        let named = call.body.readableBytes > 0 ? try call.read(PromoteRequest.self).tell : []
        let urls = call.api.succession.audience(named: named, upstream: call.api.replica?.follower.status.upstream)
        // The key that may promote this node may also tell the others: they know the same keys.
        let key = call.request.headers[.authorization].flatMap(Authenticator.bearerToken) ?? ""
        let log = call.api.log
        log.write(
            .promotionBegun, (.position, .text(call.api.engine.position.description)),
            (.upstream, call.api.replica.map { .text($0.follower.status.upstream) }),
            (.urls, .text(urls.joined(separator: " "))), (.by, call.actorName))
        let position: LogPosition
        do throws(EngineError) {
            position = try await call.api.succession.promote(telling: urls) { [client = call.api.upstreamClient] in
                HTTPUpstream(url: $0, key: key, client: client)
            }
        } catch {
            log.write(.promotionFailed, (.reason, .text(error.message)))
            throw error
        }
        log.write(.promoted, (.epoch, .count(position.epoch)), (.position, .text(position.description)))
        await call.api.succession.firstAnswers(of: urls, withinMilliseconds: tellMilliseconds)
        return status(call)
    }

    private static func strikeOff(_ call: Call) async throws -> Answer {
        let name = try call.read(StrikeOffRequest.self).node
        let followers = call.api.followers
        guard !followers.isConnected(name) else { throw Problem.nodeConnected(name) }
        let wasUntold = call.api.succession.forget(name)
        guard followers.forget(name) || wasUntold else { throw Problem.notFound("Node") }
        call.api.log.write(.struckOff, (.subject, .text(name)), (.by, call.actorName))
        return status(call)
    }

    private static func status(_ call: Call) -> Answer {
        let view = ReplicationView(call.api)
        return .shown(replicationShape, view).at(view.node.position)
    }
}

extension Problem {
    /// 409: the node is there.
    fileprivate static func nodeConnected(_ name: String) -> Problem {
        Problem(409, "node_connected", "\(name) follows this node now; stop it, and strike it off then.")
    }
}
