import AsyncHTTPClient
import Domain
import Engine
import Foundation
import JSONText
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Projections
import ServiceLifecycle
import TestSupport

@testable import HTTPServer
@testable import Wire

/// A server with its own engine and directory on a free port, and ways to talk to it.
struct TestServer {
    static let rootKey = "usher_root_for_tests"

    let engine: Engine
    let port: Int
    let directory: TemporaryDirectory

    var base: String { "http://127.0.0.1:\(port)" }

    /// Runs a server for the length of the call, then stops it as SIGTERM would.
    static func run(
        requestSeconds: Int = 30, idleSeconds: Int = 75, inboxCapacity: Int = 65_536,
        batchLinesMax: Int = 100_000, metrics: Bool = false, syncTimeoutMilliseconds: Int = 2000,
        seams: EngineSeams = EngineSeams(), threads: ServerThreads? = nil,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory("http")
        try await run(
            on: directory, requestSeconds: requestSeconds, idleSeconds: idleSeconds, inboxCapacity: inboxCapacity,
            batchLinesMax: batchLinesMax, metrics: metrics, syncTimeoutMilliseconds: syncTimeoutMilliseconds,
            seams: seams, threads: threads, configure: configure, body)
    }

    /// As above, on a directory that outlives the server.
    static func run(
        on directory: TemporaryDirectory, requestSeconds: Int = 30, idleSeconds: Int = 75,
        inboxCapacity: Int = 65_536, batchLinesMax: Int = 100_000, metrics: Bool = false,
        syncTimeoutMilliseconds: Int = 2000, seams: EngineSeams = EngineSeams(), threads: ServerThreads? = nil,
        logger: Logger? = nil, accessLogRate: Double = 0,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration(directory: directory.path)
        configuration.durability = .none
        configuration.segmentBytes = 1 << 20
        configuration.mapBytes = 1 << 28
        configuration.inboxCapacity = inboxCapacity
        configuration.projections = metrics ? [MetricsProjection()] : []
        configuration.syncReplicasTimeoutMilliseconds = syncTimeoutMilliseconds
        try await serve(
            try Engine.open(configuration, seams: seams).engine, in: directory, requestSeconds: requestSeconds,
            idleSeconds: idleSeconds, batchLinesMax: batchLinesMax, threads: threads, logger: logger,
            configure: { settings in
                settings.accessLogRate = accessLogRate
                configure(&settings)
            }, body)
    }

    /// As above, on an engine that is open: that of a replica, for example.
    static func serve(
        _ engine: Engine, in directory: TemporaryDirectory, requestSeconds: Int = 30, idleSeconds: Int = 75,
        batchLinesMax: Int = 100_000, threads: ServerThreads? = nil, logger kept: Logger? = nil,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var settings = ServerConfiguration(version: "1.2.3")
        settings.port = 0
        settings.rootKey = rootKey
        settings.requestSeconds = requestSeconds
        settings.idleSeconds = idleSeconds
        settings.batchLinesMax = batchLinesMax
        configure(&settings)
        var silent = Logger(label: "test")
        silent.logLevel = .error
        let logger = kept ?? silent
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var server = UsherServer(engine: engine, configuration: settings, logger: logger) { address in
            continuation.yield(address.port ?? 0)
        }
        server.threads = threads
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: server)], logger: logger))
        async let running: Void = group.run()
        guard let port = await ports.first(where: { _ in true }) else { throw TestFailure("the server did not start") }
        do {
            try await body(TestServer(engine: engine, port: port, directory: directory))
        } catch {
            await group.triggerGracefulShutdown()
            try? await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    /// An answer.
    struct Reply {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        var json: JSONTree { (try? JSONTree.parse(ByteBuffer(bytes: body))) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }

        subscript(_ path: String...) -> JSONTree {
            path.reduce(json) { tree, name in tree.object?[name] ?? .null }
        }
    }

    /// Sends one request over a pooled connection.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, key: String? = TestServer.rootKey,
        headers: [String: String] = [:], isEndless: Bool = false
    ) async throws -> Reply {
        try await send(
            method, path, bytes: body.map { Array($0.utf8) }, key: key, headers: headers, isEndless: isEndless)
    }

    /// As above, with any bytes.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, with its query.
    ///   - bytes: The body; nil for none.
    ///   - key: The API key; nil for none.
    ///   - headers: Further header fields.
    ///   - isEndless: True for an answer that lasts as long as its connection: where it is 200, nothing of it is read.
    ///   - isDocumented: False for an answer that was planted and is not one of the document's.
    /// - Returns: The answer.
    /// - Throws: The error of the connection.
    func send(
        _ method: String, _ path: String, bytes: [UInt8]?, key: String? = TestServer.rootKey,
        headers: [String: String] = [:], isEndless: Bool = false, isDocumented: Bool = true
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let bytes { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(180))
        if isEndless, response.status == .ok { return Reply(status: 200, headers: [:], body: []) }
        let content = try await response.body.collect(upTo: 256 << 20)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        let reply = Reply(
            status: Int(response.status.code), headers: fields, body: Array(content.readableBytesView))
        if isDocumented { DocumentedAnswers.check(method, path, reply) }
        return reply
    }

    func get(_ path: String, key: String? = TestServer.rootKey, headers: [String: String] = [:]) async throws -> Reply {
        try await send("GET", path, key: key, headers: headers)
    }

    func post(
        _ path: String, _ body: String? = nil, key: String? = TestServer.rootKey, headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send("POST", path, body, key: key, headers: headers)
    }

    /// The open connections, that of the question included.
    func openConnections() async throws -> Int {
        let line = try await get("/metrics").text.split(separator: "\n").first {
            $0.hasPrefix("usher_connections_open ")
        }
        return Int(line?.split(separator: " ").last ?? "") ?? .max
    }

    /// Makes an active campaign and gives its id.
    func campaign(_ key: String, type: String = "multi_use", limit: Int? = nil, perUser: Int = 1) async throws -> Int64
    {
        let reply = try await post(
            "/api/admin/invitations/campaigns",
            """
            {"key":"\(key)","name":"\(key)","type":"\(type)","status":"active","per_user_limit":\(perUser),
             "max_redemptions_total":\(limit.map(String.init) ?? "null")}
            """)
        guard case .integer(let id) = reply["data", "id"] else { throw TestFailure(reply.text) }
        return id
    }

    /// Makes random codes and gives their texts.
    func codes(_ count: Int, maxUses: Int = 1) async throws -> [String] {
        let reply = try await post(
            "/api/admin/invitations/codes", "{\"count\":\(count),\"max_uses\":\(maxUses)}",
            headers: ["Accept": "application/x-ndjson"])
        guard reply.status == 201 else { throw TestFailure(reply.text) }
        return try reply.text.split(separator: "\n").map { line in
            let object = try JSONTree.parse(ByteBuffer(string: String(line))).object
            return object?["code"]?.string ?? ""
        }
    }

    /// Makes a key with scopes and gives its text.
    func key(_ scopes: String..., tenant: String? = nil) async throws -> String {
        let list = scopes.map { "\"\($0)\"" }.joined(separator: ",")
        let reply = try await post(
            "/api/admin/invitations/keys", "{\"name\":\"test\",\"scopes\":[\(list)]}",
            headers: tenant.map { ["Usher-Tenant": $0] } ?? [:])
        guard let text = reply["data", "key"].string else { throw TestFailure(reply.text) }
        return text
    }
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
