import Journal
import LMDB
import Projections
import TestSupport

@testable import Domain
@testable import Store

/// Randomness that a context can be given again and again without starting over.
final class SharedRandom: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    func next() -> UInt64 { generator.next() }
}

/// A store with metrics, a clock that is told to move, and restarts.
final class MetricsWorld {
    /// The parts that a restart makes anew.
    private final class Opened {
        let store: StateStore
        let transaction: Transaction
        let replay: FrameReplay

        init(_ path: String, metrics: Bool) throws {
            store = try StateStore.open(
                path: path, tables: Tables.all, projections: metrics ? [MetricsProjection()] : [], mapBytes: 1 << 30)
            transaction = try store.transaction()
            replay = FrameReplay(store: store)
        }
    }

    private var opened: Opened?
    private let random: SharedRandom
    /// Places that rows made without decisions have: code and places by redemption.
    private var rows: [UInt64: (code: UInt64, places: UInt64)] = [:]
    private var used: [UInt64: UInt64] = [:]
    private var point = JournalPoint.beginning
    var now = Timestamp(milliseconds: 1_800_000_000_123)
    private let directory: TemporaryDirectory

    init(seed: UInt64 = 1, metrics: Bool = true) throws {
        directory = try TemporaryDirectory("metrics")
        random = SharedRandom(seed: seed)
        opened = try Opened(directory.path, metrics: metrics)
    }

    var path: String { directory.path }
    var store: StateStore { current.store }
    var state: Transaction { current.transaction }

    private var current: Opened {
        guard let opened else { preconditionFailure("the world is open between restarts") }
        return opened
    }

    /// Closes the store and opens it again.
    func restart(metrics: Bool = true) throws {
        try commit()
        opened = nil
        opened = try Opened(directory.path, metrics: metrics)
    }

    // MARK: Commands

    @discardableResult
    func run<Result>(_ command: (inout DecisionContext) -> Result) -> Result {
        var context = DecisionContext(state: state, now: now, random: random)
        return command(&context)
    }

    /// Runs a command and takes back what it wrote when it is rejected; nil then.
    @discardableResult
    func attempt<Result>(_ command: (inout DecisionContext) throws(Rejection) -> Result) -> Result? {
        let mark = state.mark()
        var context = DecisionContext(state: state, now: now, random: random)
        do {
            return try command(&context)
        } catch {
            state.rollBack(to: mark)
            return nil
        }
    }

    func campaign(
        _ key: String, type: CampaignType = .multiUse, tenant: TenantNumber = .default, policy: String? = nil
    ) -> EntityNumber? {
        let command = CreateCampaign(
            tenant: tenant, key: key, name: key, type: type.word, status: "active", perUserLimit: 1000,
            rewardPolicy: policy.map { Array($0.utf8) })
        return attempt { (context) throws(Rejection) in try Campaigns.create(command, in: &context) }?.number
    }

    func codes(
        _ count: Int64 = 1, maxUses: Int64 = 5, campaign: EntityNumber? = nil, issuer: String? = nil,
        tenant: TenantNumber = .default
    ) -> [(number: EntityNumber, text: CodeText)] {
        let terms = CodeTerms(campaign: campaign, maxUses: maxUses, issuer: issuer.flatMap { AccountID($0) })
        let command = GenerateCodes(tenant: tenant, count: count, terms: terms)
        let batch = attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        guard let batch else { return [] }
        return (0..<batch.count).compactMap { index in
            CodeText(raw: batch.text(at: index)).map { (batch.number(at: index), $0) }
        }
    }

    @discardableResult
    func claim(
        _ target: ClaimTarget, by redeemer: String, quantity: UInt32 = 1, kind: ClaimKind = .redeem,
        tenant: TenantNumber = .default
    ) -> ClaimOutcome? {
        guard let account = AccountID(redeemer) else { return nil }
        let command = ClaimCommand(
            tenant: tenant, target: target, redeemer: account, quantity: quantity, kind: kind)
        return run { Claims.decide(command, in: &$0) }
    }

    @discardableResult
    func release(_ redemption: EntityNumber, tenant: TenantNumber = .default) -> Redemption? {
        attempt { (context) throws(Rejection) in try Redemptions.release(redemption, tenant: tenant, in: &context) }
    }

    /// Lets time pass and does what is due.
    func advance(milliseconds: Int64) throws {
        now = Timestamp(milliseconds: now.milliseconds + milliseconds)
        _ = try commit()
        var due: [DueEntry] = []
        let end = Timestamp(milliseconds: now.milliseconds + 1)
        Deadlines.forEach(due: Timestamp(milliseconds: 0)..<end, in: state) { due.append($0) }
        for entry in due { run { _ = Deadlines.of(entry.kind).settle(entry, in: &$0) } }
    }

    // MARK: Batches and layers

    /// Ends a batch without applying it.
    func finishFrame() throws {
        guard state.hasChanges else { return }
        var buffer = FrameBuffer()
        state.encodeFrame(into: &buffer)
        point.position.sequence += 1
        point.chain = Hash128(low: point.position.sequence &* 77, high: 5)
        point.digest = state.digest
        point.time = now
        try current.replay.add(payload: buffer.bytes.bytes, at: point.position)
        state.finishFrame()
    }

    /// Applies everything as one layer.
    @discardableResult
    func commit() throws -> Snapshot {
        try finishFrame()
        guard !current.replay.isEmpty else { return try store.snapshot() }
        _ = state.sealLayer(reusing: nil)
        try store.apply(current.replay.seal(), leadingTo: point)
        state.rebase(onto: try store.snapshot(), appliedLayers: 1)
        return try store.snapshot()
    }

    func metrics() throws -> Metrics { try Metrics(try commit()) }

    // MARK: Rows without decisions

    /// Stores the row of a code.
    func putCode(
        _ number: UInt64, createdAt: Timestamp, campaign: EntityNumber? = nil, issuer: String? = nil,
        tenant: TenantNumber = .default
    ) {
        let row = CodeRow(
            kind: .random, campaign: campaign, createdAt: createdAt, issuer: issuer.flatMap { AccountID($0) },
            text: "C\(number)")
        state.put(Tables.codes, RecordKeys.entity(tenant, EntityNumber(rawValue: number))) { row.encode(to: &$0) }
    }

    /// Stores the row of a redemption.
    func putRedemption(
        _ number: UInt64, code: UInt64?, at redeemedAt: Timestamp, campaign: EntityNumber? = nil,
        by redeemer: String = "somebody", quantity: UInt32 = 1, releasedAt: Timestamp? = nil,
        tenant: TenantNumber = .default
    ) {
        guard let account = AccountID(redeemer) else { return }
        let row = Redemption(
            number: EntityNumber(rawValue: number), code: code.map { EntityNumber(rawValue: $0) }, campaign: campaign,
            redeemer: account, quantity: quantity, redeemedAt: redeemedAt, releasedAt: releasedAt)
        state.put(Tables.redemptions, RecordKeys.entity(tenant, row.number)) {
            row.encode(packed: PackedAccount(account), to: &$0)
        }
        setPlaces(of: number, on: code, to: releasedAt == nil ? UInt64(quantity) : 0, tenant)
    }

    /// Keeps the counter of a code at what its rows have.
    private func setPlaces(of number: UInt64, on code: UInt64?, to places: UInt64, _ tenant: TenantNumber) {
        if let old = rows.removeValue(forKey: number) { used[old.code, default: 0] -= old.places }
        guard let code else { return }
        rows[number] = (code, places)
        used[code, default: 0] += places
        var counter = CapacityCounter(limit: CapacityCounter.unlimited)
        if let places = used[code], places > 0 { _ = counter.take(places, as: .used) }
        let key = RecordKeys.target(tenant, .code, EntityNumber(rawValue: code))
        state.put(Tables.counters, key) { counter.encode(to: &$0) }
    }

    /// Removes the row of a redemption.
    func removeRedemption(_ number: UInt64, tenant: TenantNumber = .default) {
        state.remove(Tables.redemptions, RecordKeys.entity(tenant, EntityNumber(rawValue: number)))
        setPlaces(of: number, on: rows[number]?.code, to: 0, tenant)
    }

    // MARK: Derived records

    /// Every derived record.
    func dump() throws -> [String] {
        let snapshot = try commit()
        var records: [String] = []
        for table in MetricsProjection().tables {
            snapshot.scan(table.id, prefix: Key(), from: nil, descending: false) { key, value in
                records.append("\(table.name) \(MetricsWorld.hex(key)) \(MetricsWorld.hex(value))")
                return true
            }
        }
        return records
    }

    private static func hex(_ bytes: RawSpan) -> String {
        bytes.withUnsafeBytes { $0.map { String(256 + Int($0), radix: 16).dropFirst() }.joined() }
    }

    /// Changes a derived record behind everybody's back.
    func corrupt(_ table: TableID, at index: Int, _ change: (inout [UInt8]) -> Void) throws {
        let snapshot = try commit()
        var records: [(key: [UInt8], value: [UInt8])] = []
        snapshot.scan(table, prefix: Key(), from: nil, descending: false) { key, value in
            records.append((key.withUnsafeBytes { Array($0) }, value.withUnsafeBytes { Array($0) }))
            return true
        }
        let key = records[index % records.count].key
        var value = records[index % records.count].value
        change(&value)
        var transaction = try store.environment.beginWrite()
        if value.isEmpty {
            try transaction.delete(store.table(table), key.span.bytes)
        } else {
            try transaction.put(store.table(table), key.span.bytes, value.span.bytes)
        }
        try transaction.commit()
    }
}
