public import Domain
public import Engine
internal import Journal
internal import Store

/// A whole engine on a directory of its own.
public final class TemporaryEngine: Sendable {
    /// The engine.
    public let engine: Engine
    /// The report of opening.
    public let report: Engine.RecoveryReport
    /// The directory; the last property, because the engine must be gone before its directory goes.
    public let directory: TemporaryDirectory

    /// Opens an engine on a new directory, or on one that an engine was closed on before.
    public init(
        in directory: TemporaryDirectory? = nil, seams: EngineSeams = EngineSeams(),
        _ configure: (inout EngineConfiguration) -> Void = { _ in },
        failed: @escaping @Sendable (EngineError) -> Void = { _ in }
    ) throws {
        self.directory = try directory ?? TemporaryDirectory("engine")
        var configuration = EngineConfiguration(directory: self.directory.path + "/data")
        configuration.segmentBytes = 1 << 20
        configuration.mapBytes = 1 << 30
        configuration.freeDiskBytesMin = 0
        configure(&configuration)
        (engine, report) = try Engine.open(configuration, seams: seams, failed: failed)
    }

    deinit { engine.close() }

    /// Makes an open campaign.
    public func makeCampaign(
        key: String = "launch", type: String = "multi_use", total: Int64? = nil, perUser: Int64? = nil
    ) async throws -> CampaignView {
        try await engine.decide { context throws(Rejection) in
            try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: key, name: key, type: type, status: "active", maxRedemptionsTotal: total,
                    perUserLimit: perUser), in: &context)
        }.value
    }

    /// Makes a code and returns its text.
    public func makeCode(campaign: EntityNumber? = nil, maxUses: Int64) async throws -> CodeText {
        let text = try await engine.decide { context throws(Rejection) in
            try Codes.generate(
                GenerateCodes(
                    tenant: .default, count: 1, terms: CodeTerms(campaign: campaign, maxUses: maxUses)),
                in: &context
            ).text(at: 0)
        }.value
        guard let code = CodeText(raw: text) else { throw NoSuchThing() }
        return code
    }

    /// The faults of the stored state: broken rules, or a digest that is not the log's.
    public func violations() async throws -> [String] {
        try await engine.read { snapshot, _ in
            let found = Invariants.check(snapshot).map(\.description)
            let digest = try snapshot.point().digest
            return snapshot.computeDigest() == digest ? found : found + ["the digest is not the log's"]
        }.value
    }
}

/// A test asked for something that is not there.
public struct NoSuchThing: Error {
    /// Makes the error.
    public init() {}
}

extension ClaimCommand {
    /// A claim of a code in the default tenant.
    public static func redeem(
        _ code: CodeText, by redeemer: String, quantity: UInt32 = 1, kind: ClaimKind = .redeem
    ) -> ClaimCommand {
        guard let account = AccountID(redeemer) else { preconditionFailure("a redeemer has 1…128 bytes") }
        return ClaimCommand(
            tenant: .default, target: .code(code), redeemer: account, quantity: quantity, kind: kind)
    }
}

extension ClaimOutcome {
    /// True if a place was newly taken.
    public var isNew: Bool {
        switch self {
        case .redeemed(_, let already), .held(_, let already): !already
        case .refused: false
        }
    }

    /// Why nothing was taken.
    public var refusal: RefusalReason? {
        if case .refused(let refusal) = self { refusal.reason } else { nil }
    }
}
