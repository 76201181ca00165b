/// One request for places, as it reaches the sequencer: checked for form, undecided.
public struct ClaimCommand: Sendable {
    /// Whose campaign or code.
    public var tenant: TenantNumber
    /// The code or the campaign to claim.
    public var target: ClaimTarget
    /// Who claims.
    public var redeemer: AccountID
    /// The number of places, 1…1000.
    public var quantity: UInt32
    /// Final or provisional.
    public var kind: ClaimKind
    /// The honeypot field was filled in: a robot's claim, refused by the abuse gate.
    public var honeypot: Bool
    /// The public id of the invitation that led here, kept with the redemption.
    public var invitation: UInt64?
    /// A JSON object that the caller wants kept with the claim, as text of at most 1,024 bytes.
    public var metadata: [UInt8]?
    /// The facts about the one who claims; nil where the claim says nothing of a person.
    public var facts: ClaimFacts?

    /// Makes a command; everything optional is absent.
    public init(
        tenant: TenantNumber, target: ClaimTarget, redeemer: AccountID, quantity: UInt32 = 1,
        kind: ClaimKind = .redeem, honeypot: Bool = false, invitation: UInt64? = nil, metadata: [UInt8]? = nil,
        facts: ClaimFacts? = nil
    ) {
        self.tenant = tenant
        self.target = target
        self.redeemer = redeemer
        self.quantity = quantity
        self.kind = kind
        self.honeypot = honeypot
        self.invitation = invitation
        self.metadata = metadata
        self.facts = facts
    }
}
