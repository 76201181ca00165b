public import Journal
internal import Store

/// A code as administrators see it.
public struct CodeView: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// Its text in normal form.
    public var text: String
    /// The spelling in which the text was given; nil where that is the normal form.
    public var label: String?
    /// Where the text comes from.
    public var kind: CodeKind
    /// The campaign, unless it stands alone.
    public var campaign: EntityNumber?
    /// The key of that campaign.
    public var campaignKey: String?
    /// Its places: `max_uses`, `current_uses` and what is held.
    public var capacity: Capacity
    /// Where it stands now.
    public var state: CodeState
    /// The account that refers others with it.
    public var issuer: AccountID?
    /// When it was made; for a signed code, when it was first claimed.
    public var createdAt: Timestamp
    /// When it stops working.
    public var expiresAt: Timestamp?
    /// When it was taken back.
    public var revokedAt: Timestamp?
    /// The grant of a claim as JSON text.
    public var grant: [UInt8]?
    /// The caller's own data, as JSON text.
    public var metadata: [UInt8]?
    /// Changes with everything that is shown: what an `ETag` is made of.
    public var version: String

    init(
        _ number: EntityNumber, _ row: CodeRow, _ counter: CapacityCounter, _ document: Document?,
        campaignKey: String?, now: Timestamp
    ) {
        self.number = number
        text = row.text
        label = row.label
        kind = row.kind
        campaign = row.campaign
        self.campaignKey = campaignKey
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
