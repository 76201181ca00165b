public import Journal
internal import Store

/// Where a code stands: derived whenever it is looked at, stored nowhere.
///
/// The first that applies: revoked by an administrator; all places used (`redeemed` when there was one,
/// `exhausted` when there were more); its time over; else active.
public enum CodeState: UInt8, CaseIterable, Sendable {
    /// Can be claimed, as far as the code itself is concerned.
    case active = 1
    /// Its one place is used.
    case redeemed = 2
    /// All of its places are used.
    case exhausted = 3
    /// Its time is over.
    case expired = 4
    /// An administrator took it back.
    case revoked = 5

    /// The word on the wire.
    public var code: String {
        switch self {
        case .active: "active"
        case .redeemed: "redeemed"
        case .exhausted: "exhausted"
        case .expired: "expired"
        case .revoked: "revoked"
        }
    }

    /// Reads the word on the wire.
    public init?(code: String) {
        guard let state = CodeState.allCases.first(where: { $0.code == code }) else { return nil }
        self = state
    }

    init(_ row: CodeRow, _ counter: CapacityCounter, now: Timestamp) {
        if row.revokedAt != nil {
            self = .revoked
        } else if counter.used >= counter.limit {
            self = counter.limit == 1 ? .redeemed : .exhausted
        } else if let expiresAt = row.expiresAt, now >= expiresAt {
            self = .expired
        } else {
            self = .active
        }
    }
}

/// A code as administrators see it.
public struct CodeView: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// Its text in normal form.
    public var text: String
    /// Where the text comes from.
    public var kind: CodeKind
    /// The campaign, unless it stands alone.
    public var campaign: EntityNumber?
    /// Its places: `max_uses`, `current_uses` and what is held.
    public var capacity: Capacity
    /// Where it stands now.
    public var state: CodeState
    /// Who refers with it.
    public var issuer: AccountID?
    /// When it was made; for a signed code, when it was first claimed.
    public var createdAt: Timestamp
    /// When it stops working.
    public var expiresAt: Timestamp?
    /// When it was taken back.
    public var revokedAt: Timestamp?
    /// What a claim grants, as JSON text.
    public var grant: [UInt8]?
    /// The caller's own data, as JSON text.
    public var metadata: [UInt8]?
    /// Changes with everything that is shown: what an `ETag` is made of.
    public var version: String

    init(
        _ number: EntityNumber, _ row: CodeRow, _ counter: CapacityCounter, _ document: Document?, now: Timestamp
    ) {
        self.number = number
        text = row.text
        kind = row.kind
        campaign = row.campaign
        capacity = Capacity(counter)
        state = CodeState(row, counter, now: now)
        issuer = row.issuer
        createdAt = row.createdAt
        expiresAt = row.expiresAt
        revokedAt = row.revokedAt
        grant = document?.grant
        metadata = document?.metadata
        version = "\(row.revision).\(counter.version).\(state.rawValue)"
    }
}

/// The codes of one batch.
///
/// Views are made one at a time.
public struct CodeBatch: Sendable {
    private let template: CodeView
    private let first: EntityNumber
    private let texts: [String]

    init(template: CodeView, first: EntityNumber, texts: [String]) {
        self.template = template
        self.first = first
        self.texts = texts
    }

    /// How many codes there are.
    public var count: Int { texts.count }

    /// The internal number of a code, in order of creation.
    public func number(at index: Int) -> EntityNumber { EntityNumber(rawValue: first.rawValue + UInt64(index)) }

    /// The text of a code.
    public func text(at index: Int) -> String { texts[index] }

    /// A code as it was when it was made.
    public func view(at index: Int) -> CodeView {
        var view = template
        view.number = number(at: index)
        view.text = texts[index]
        return view
    }
}

/// A signed code: it has no row, and so no number, before its first claim.
public struct SignedCode: Equatable, Sendable {
    /// The code.
    public var text: String
    /// The campaign, unless it stands alone.
    public var campaign: EntityNumber?
    /// Its places.
    public var maxUses: UInt64
    /// When it stops working.
    public var expiresAt: Timestamp?
    /// When it was signed.
    public var createdAt: Timestamp
}

/// Why a row of an import was left out.
public struct ImportFailure: Equatable, Sendable {
    /// Where the row stands in the caller's file.
    public var line: Int
    /// Its text as written there.
    public var text: String
    /// For programs: `malformed`, `taken`, `duplicate`, `campaign_not_found` or `invalid_field`.
    public var code: String
    /// For people.
    public var message: String
}

/// What an import did.
public struct ImportReport: Equatable, Sendable {
    /// The codes that were made.
    public var imported: Int
    /// The rows that were left out, in order.
    public var failures: [ImportFailure]

    /// Makes a report.
    public init(imported: Int, failures: [ImportFailure]) {
        self.imported = imported
        self.failures = failures
    }
}
