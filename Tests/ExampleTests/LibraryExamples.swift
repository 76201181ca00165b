import Domain
import Engine
import HTTPServer
import Journal
import LMDB
import Load
import Logging
import NIOCore
import Projections
import Replication
import Store

// The functions stand in the catalogues of the libraries, word for word; the test of the catalogues compares them.

/// Stores a greeting in a directory that exists, and reads it back.
func storeGreeting(in directory: String) throws -> String? {
    let environment = try Environment.open(path: directory)
    let table = try environment.openTables(["greetings"])[0]
    let (key, value) = (Array("world".utf8), Array("hello".utf8))
    var writing = try environment.beginWrite()
    try writing.put(table, key.span.bytes, value.span.bytes)
    try writing.commit()
    let reading = try environment.beginRead()
    return try reading.withValue(table, key.span.bytes) { value in
        value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// Appends one frame to a journal and makes it durable.
func appendFrame(_ payload: [UInt8], in directory: String) throws -> LogPosition {
    let recovered = try Journal.recover(JournalConfiguration(directory: directory, segmentBytes: 1 << 20))
    let writer = try recovered.makeWriter()
    let entry = JournalWriter.Entry(
        firstSequence: writer.lastPosition.sequence + 1, commandCount: 1, time: writer.end.time.adding(seconds: 1),
        digest: .zero, epoch: 1)
    try writer.append(payload, entry)
    let durable = try writer.synchronize()
    try writer.close()
    return durable
}

/// Reads the payloads of a journal from its beginning.
func readPayloads(in directory: String) throws -> [[UInt8]] {
    let recovered = try Journal.recover(JournalConfiguration(directory: directory, segmentBytes: 1 << 20))
    let reader = try recovered.makeReader(after: JournalPoint.beginning.position)
    var payloads: [[UInt8]] = []
    while try reader.next(through: recovered.end.position) != nil {
        payloads.append(reader.withContents { payload in payload.withUnsafeBytes { Array($0) } })
    }
    return payloads
}

/// Asks three times for a place of a counter that has two.
func takePlaces(in directory: String) throws -> [Bool] {
    let counters = TableID(rawValue: 1)
    let store = try StateStore.open(path: directory, tables: [TableDefinition(counters, "counters")])
    let transaction = try store.transaction()
    var key = Key()
    key.append(compact: transaction.allocateNumber())
    transaction.insertCounter(counters, key, CapacityCounter(limit: 2))
    var taken: [Bool] = []
    for _ in 1...3 {
        guard var counter = transaction.counter(counters, key) else { continue }
        taken.append(counter.take(1, as: .used))
        transaction.setCounter(counters, key, counter)
    }
    return taken
}

/// Makes a code with one place and decides two claims of it, as the sequencer does.
func decideClaims(on state: Transaction, at now: Timestamp) throws -> [ClaimOutcome] {
    var context = DecisionContext(state: state, now: now, random: SystemRandomNumberGenerator())
    let order = GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: 1))
    let text = try Codes.generate(order, in: &context).text(at: 0)
    var outcomes: [ClaimOutcome] = []
    for name in ["ana", "ben"] {
        guard let code = CodeText(raw: text), let redeemer = AccountID(name) else { continue }
        let command = ClaimCommand(tenant: .default, target: .code(code), redeemer: redeemer)
        outcomes.append(Claims.decide(command, in: &context))
    }
    return outcomes
}

/// Opens an engine that keeps metrics and acknowledges a claim when one follower has it, too.
func openEngine(in directory: String) throws -> Engine {
    var configuration = EngineConfiguration(directory: directory)
    configuration.syncReplicas = 1
    configuration.projections = [MetricsProjection()]
    return try Engine.open(configuration).engine
}

/// Opens the tables of a data directory together with the metrics that are derived from them.
func openTables(in directory: String) throws -> StateStore {
    try StateStore.open(path: directory, tables: Tables.all, projections: [MetricsProjection()])
}

/// Reads the figures of the default tenant for the last 30 days.
func summary(of engine: Engine) async throws -> MetricsSummary {
    try await engine.read { snapshot, now in
        try Metrics(snapshot, now: now).summary(MetricsScope(tenant: .default), sinceDays: 30)
    }.value
}

/// Keeps a replica's engine at the end of a primary's log until the task is cancelled.
func follow(_ url: String, key: String, with engine: Engine) async throws {
    let makeUpstream: @Sendable (String) -> any Upstream = { HTTPUpstream(url: $0, key: key) }
    let follower = Follower(
        engine: engine, upstream: makeUpstream(url), identity: FollowerIdentity(node: engine.directory.node),
        makeUpstream: makeUpstream)
    try await follower.run()
}

/// Serves the HTTP API on a free port until the task is cancelled, then drains the engine.
func serve(_ engine: Engine, listening: @escaping @Sendable (Int) async -> Void) async throws {
    var configuration = ServerConfiguration(version: "1.0")
    configuration.port = 0
    configuration.rootKey = "usher_root_key_of_an_example"
    let server = UsherServer(engine: engine, configuration: configuration, logger: Logger(label: "places")) { address in
        await listening(address.port ?? 0)
    }
    try await server.run()
}

/// Measures 20,000 claims on an engine in this process and checks the tables afterwards.
func measureClaims(in directory: String) async throws -> BenchReport {
    var options = EngineBench.Options()
    options.claims = 20_000
    options.durability = .none
    options.directory = directory
    let bench = EngineBench(options, stop: StopSignal()) { _ in }
    return try await bench().report
}
