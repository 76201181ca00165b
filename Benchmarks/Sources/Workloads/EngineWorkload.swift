import Dispatch
import Domain
import Engine
import Foundation
import Journal
import Store
import Synchronization

/// Claims in-process, with a bounded number waiting: what the engine does without HTTP.
public struct EngineWorkload: Sendable {
    /// The number of claims.
    public var claims: Int
    /// Over how many codes, in an order that looks random.
    public var codes: Int
    /// The number of claims that wait at any time.
    public var window: Int
    /// The kind of names of the redeemers.
    public var redeemers: Redeemers
    /// The number of the first redeemer, where several loads share an engine.
    var firstRedeemer = 0
    /// Where data goes.
    public var base: String

    /// Configures the workload.
    public init(claims: Int, codes: Int = 1, window: Int = 8192, redeemers: Redeemers = .sequential, base: String) {
        self.claims = claims
        self.codes = codes
        self.window = window
        self.redeemers = redeemers
        self.base = base
    }

    /// Runs it on a new directory.
    ///
    /// - Returns: figures, and how many claims got a place: all of them, or the run is worth nothing.
    public func run() async throws -> (figures: [Figure], granted: Int) {
        let directory = try BenchDirectory(under: base)
        let configuration = EngineConfiguration(directory: directory.path + "/data")
        let (engine, _) = try Engine.open(configuration)
        defer { engine.close() }
        let texts = try await EngineWorkload.makeCodes(engine, count: codes, uses: claims / codes + 1)
        let storeBefore = try await EngineWorkload.storeBytes(engine)
        let before = engine.status.counts
        let load = Load(engine: engine, workload: self, texts: texts)
        load.prepare()
        let memoryBefore = residentAnonymousBytes()
        let elapsed = await seconds { load.run() }
        let memory = residentAnonymousBytes() - memoryBefore
        let after = engine.status.counts
        let storeAfter = try await EngineWorkload.storeBytes(engine)
        let count = Double(claims)
        let name = "engine, \(codes) code\(codes == 1 ? "" : "s"), \(window) waiting, \(redeemers.rawValue) ids"
        let goal = codes == 1 ? ">= 250000" : ">= 150000"
        let syncs = Double(after.syncTimes.count - before.syncTimes.count)
        return (
            [
                Figure(name, count / elapsed, "durable claims/s", goal: goal),
                Figure(
                    "\(name): journal", Double(after.frameBytes - before.frameBytes) / count, "bytes/claim",
                    goal: "<= 40"),
                Figure("\(name): LMDB", (storeAfter - storeBefore) / count, "bytes/claim", goal: "<= 200"),
                Figure("\(name): syncs", syncs / count, "per claim"),
                Figure(
                    "\(name): journal sync, mean", Double(after.syncTimes.sum - before.syncTimes.sum) / syncs / 1e6,
                    "ms"),
                Figure("\(name): journal sync, worst", Double(after.syncNanosecondsMax) / 1e6, "ms"),
                Figure(
                    "\(name): resident memory beyond the map, growth under load", memory / 1e6, "MB", goal: "<= 300"),
            ], load.granted
        )
    }

    /// Makes one open campaign and codes in it.
    static func makeCodes(_ engine: Engine, count: Int, uses: Int, perUser: Int64 = 1) async throws -> [CodeText] {
        let campaign = try await engine.decide { context throws(Rejection) in
            try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: "launch", name: "Launch", type: "multi_use", status: "active",
                    perUserLimit: perUser), in: &context)
        }.value
        var texts: [CodeText] = []
        while texts.count < count {
            let size = min(count - texts.count, 50_000)
            let batch = try await engine.decide { context throws(Rejection) in
                try Codes.generate(
                    GenerateCodes(
                        tenant: .default, count: Int64(size),
                        terms: CodeTerms(campaign: campaign.number, maxUses: Int64(uses))), in: &context)
            }.value
            texts += (0..<batch.count).compactMap { CodeText(raw: batch.text(at: $0)) }
        }
        return texts
    }

    static func storeBytes(_ engine: Engine) async throws -> Double {
        try await engine.read { snapshot, _ in
            snapshot.tables.reduce(0) { $0 + Double(snapshot.bytes($1.id)) }
        }.value
    }
}

/// Keeps a window of claims in flight from the calling thread.
final class Load: Sendable {
    private let engine: Engine
    private let workload: EngineWorkload
    private let texts: [CodeText]
    private let answered = Atomic<Int>(0)
    private let grantedCount = Atomic<Int>(0)
    private let progress = DispatchSemaphore(value: 0)
    private let accounts = Mutex<[AccountID]>([])

    init(engine: Engine, workload: EngineWorkload, texts: [CodeText]) {
        self.engine = engine
        self.workload = workload
        self.texts = texts
    }

    /// Names all redeemers beforehand, so that the run measures the engine and not the naming.
    func prepare() {
        let named = (0..<workload.claims).map { workload.redeemers.account(workload.firstRedeemer + $0) }
        accounts.withLock { $0 = named }
    }

    var granted: Int { grantedCount.load(ordering: .relaxed) }

    /// Sends all claims and returns when the last is answered; ``prepare()`` comes before.
    func run() {
        let accounts = accounts.withLock { $0 }
        let mailbox = engine.makeMailbox { [self] replies in
            var granted = 0
            for reply in replies {
                if case .success(.redeemed(_, already: false)) = reply.result { granted += 1 }
            }
            grantedCount.add(granted, ordering: .relaxed)
            answered.add(replies.count, ordering: .releasing)
            progress.signal()
        }
        var sent = 0
        while sent < workload.claims {
            let inFlight = sent - answered.load(ordering: .acquiring)
            let room = min(workload.window - inFlight, workload.claims - sent)
            if room < workload.window / 4, sent + room < workload.claims {
                progress.wait()
                continue
            }
            sent += engine.submit(submissions(accounts[sent..<(sent + room)]), to: mailbox)
        }
        while answered.load(ordering: .acquiring) < workload.claims { progress.wait() }
    }

    private func submissions(_ accounts: ArraySlice<AccountID>) -> [ClaimSubmission] {
        accounts.indices.map { number in
            let command = ClaimCommand(
                tenant: .default, target: .code(texts[number &* 1_000_003 % texts.count]), redeemer: accounts[number])
            return ClaimSubmission(command: command, token: UInt64(number))
        }
    }
}
