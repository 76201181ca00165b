import Domain
import Engine
import Foundation
import HTTPTypes
import JSONText
import Journal
import Logging
import NIOCore
import Replication
import Wire

/// The snapshot that a new node begins with, and the log that it follows from there.
extension Operations {
    static let replication: [Operation] = [
        Operation(
            method: .get, path: "/replication/snapshot", name: "snapshot",
            summary: "The newest acknowledged state as one file, for a new node or a restore.",
            chapter: .service, need: .replicate,
            replies: [Operation.Reply(status: 200, content: [("application/octet-stream", "")])], lane: .vital,
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
            replies: [Operation.Reply(status: 200, content: [("application/octet-stream", "")])],
            problems: [409], lane: .vital, work: .feed(stream)),
        Operation(
            method: .post, path: "/replication/confirm", name: "confirmFrames",
            summary: "Confirms the position up to which a follower has the log on stable storage.",
            chapter: .service, need: .replicate, body: .json(schema: "ConfirmRequest"),
            replies: [.json("Confirmation")], lane: .vital, work: .node(confirm)),
        Operation(
            method: .post, path: "/replication/epoch", name: "tellEpoch",
            summary: "Announces a primary of a newer epoch; an older primary decides nothing from then on.",
            chapter: .service, need: .root, body: .json(schema: "EpochRequest"),
            replies: [.json("ReplicationEnvelope")], lane: .vital, work: .node(tellEpoch)),
        Operation(
            method: .get, path: "/api/admin/replication", name: "replicationStatus",
            summary: "The role of this node, the node that it follows, and its followers.",
            chapter: .service, need: .replicate, replies: [.json("ReplicationEnvelope")], lane: .vital,
            work: .query(status)),
        Operation(
            method: .patch, path: "/api/admin/replication", name: "changeReplication",
            summary: "Sets, until the next start, how many followers must have a claim before it is acknowledged.",
            chapter: .service, need: .root, body: .json(schema: "ReplicationRequest"),
            replies: [.json("ReplicationEnvelope")], lane: .vital, work: .node(change)),
        Operation(
            method: .post, path: "/api/admin/replication/promote", name: "promote",
            summary: "Makes this replica the primary of a new epoch and tells the others.",
            chapter: .service, need: .root, body: .json(schema: "PromoteRequest", isRequired: false),
            replies: [.json("ReplicationEnvelope")],
            problems: [409], lane: .vital, work: .node(promote)),
    ]

    private static func snapshot(_ call: Call) async throws -> Answer {
        let (engine, threads) = (call.api.engine, call.api.threads)
        guard let place = threads.snapshotPlaces.enter() else {
            throw Problem.tooManySnapshots(SnapshotPlaces.countMax)
        }
        return Answer(
            type: "application/octet-stream",
            body: .stream { writer in
                defer { withExtendedLifetime(place) {} }
                try await BlockingSource.stream(
                    to: &writer, on: threads.snapshots, timeoutSeconds: OperationLimits.chunkSeconds
                ) { sink in try engine.writeSnapshot(to: sink) }
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
        var fields = try call.fields()
        let (node, text) = (fields.requiredText("follower"), fields.requiredText("position"))
        let position = LogPosition(text)
        if position == nil { fields.fail("position", "Must be a position: <epoch>-<sequence>.") }
        let registration = fields.integer("registration").flatMap { UInt64(exactly: $0) }
        try fields.check()
        let isConnected =
            position.map { call.api.followers.confirm(node, $0, registration: registration) } ?? false
        return .json { writer in
            writer.raw("{\"connected\":")
            writer.bool(isConnected)
            writer.raw("}")
        }
    }

    private static func tellEpoch(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let (epoch, primary) = (fields.integer("epoch").flatMap { UInt64(exactly: $0) }, fields.text("primary"))
        let known = call.api.engine.standing.epoch
        // An epoch of a distant future would leave no room for the promotions to come.
        let highest = EpochNumber.highest(known: known, wallMilliseconds: call.api.engine.now.milliseconds)
        if epoch.map({ $0 > highest }) ?? true {
            fields.fail("epoch", "Must be the number of an epoch that can have begun by now: at most \(highest).")
        }
        if let primary, !isOrigin(primary) { fields.fail("primary", "Must be http(s)://HOST:PORT without a path.") }
        try fields.check()
        guard let epoch else { throw Problem.internalError() }
        if try await call.api.engine.learn(epoch: epoch, primary: primary) {
            call.api.logger.warning(
                "there is a newer primary",
                metadata: ["epoch": "\(epoch)", "role": "\(call.api.engine.standing.authority.name)"])
        }
        return try await status(call)
    }

    /// True if a text is a URL of a node: scheme, host and port, and nothing else.
    private static func isOrigin(_ text: String) -> Bool {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URL(string: text)
        else { return false }
        return ["http", "https"].contains(url.scheme) && url.host?.isEmpty == false && url.path.isEmpty
            && url.query == nil && url.fragment == nil && url.user == nil
    }

    // MARK: Administration

    private static func change(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let count = fields.integer("sync_replicas").flatMap { Int(exactly: $0) }
        if count.map({ !(0...64).contains($0) }) ?? true {
            fields.fail("sync_replicas", "Must be a number from 0 to 64.")
        }
        try fields.check()
        guard let count else { throw Problem.internalError() }
        let before = call.api.engine.quorum.require(count)
        call.api.logger.notice("sync_replicas was changed", metadata: ["before": "\(before)", "now": "\(count)"])
        return try await status(call)
    }

    private static func promote(_ call: Call) async throws -> Answer {
        var urls: [String] = []
        if call.body.readableBytes > 0 {
            var fields = try call.fields()
            urls = fields.texts("tell")
            if !urls.allSatisfy(isOrigin) { fields.fail("tell", "Must be URLs: http(s)://HOST:PORT without a path.") }
            try fields.check()
        }
        if let upstream = call.api.replica?.follower.status.upstream, !urls.contains(upstream) { urls.append(upstream) }
        // The key that may promote this node may also tell the others: they know the same keys.
        let key = call.request.headers[.authorization].flatMap(Authenticator.bearerToken) ?? ""
        let position = try await call.api.succession.promote(telling: urls) { HTTPUpstream(url: $0, key: key) }
        call.api.logger.notice("this node is the primary", metadata: ["position": "\(position)"])
        return try await status(call)
    }

    private static func status(_ call: Call) async throws -> Answer {
        let api = call.api
        let (status, following) = (api.engine.status, api.replica?.follower.status)
        return Answer.data { writer in
            writer.raw("{\"node\":")
            writer.string(api.engine.directory.node)
            writer.raw(",\"role\":")
            writer.string(status.standing.authority.name)
            writer.raw(",\"epoch\":")
            writer.integer(status.standing.epoch)
            writer.raw(",\"primary\":")
            writer.string(status.standing.primary)
            writer.raw(",\"position\":")
            writer.position(status.position)
            writer.raw(",\"applied_position\":")
            writer.position(status.appliedPosition)
            writer.raw(",\"sync_replicas\":")
            writer.integer(api.engine.quorum.required)
            writer.raw(",\"untold\":")
            writer.value(.array(api.succession.pending.map { .string($0) }))
            writer.raw(",\"following\":")
            if let following { write(following, to: &writer) } else { writer.raw("null") }
            writer.raw(",\"followers\":[")
            for (index, report) in api.followers.reports.enumerated() {
                if index > 0 { writer.raw(",") }
                write(report, to: &writer)
            }
            writer.raw("]}")
        }.at(status.position)
    }

    private static func write(_ status: FollowerStatus, to writer: inout JSONWriter) {
        writer.raw("{\"state\":")
        writer.string(status.state.rawValue)
        writer.raw(",\"upstream\":")
        writer.string(status.upstream)
        writer.raw(",\"upstream_position\":")
        writer.string(status.upstreamPosition?.description)
        writer.raw(",\"lag_ms\":")
        writer.integer(status.lagMilliseconds)
        writer.raw(",\"connections\":")
        writer.integer(status.connections)
        writer.raw(",\"last_error\":")
        writer.string(status.lastError)
        writer.raw("}")
    }

    private static func write(_ report: Followers.Report, to writer: inout JSONWriter) {
        writer.raw("{\"node\":")
        writer.string(report.identity.node)
        writer.raw(",\"url\":")
        writer.string(report.identity.url)
        writer.raw(",\"position\":")
        writer.position(report.position)
        writer.raw(",\"sent_position\":")
        writer.position(report.sentPosition)
        writer.raw(",\"lag_sequences\":")
        writer.integer(report.lagSequences)
        writer.raw(",\"lag_bytes\":")
        writer.integer(report.lagBytes)
        writer.raw(",\"lag_seconds\":")
        writer.seconds(milliseconds: report.lagMilliseconds)
        writer.raw(",\"connected_seconds\":")
        writer.seconds(milliseconds: report.connectedMilliseconds)
        writer.raw("}")
    }
}
