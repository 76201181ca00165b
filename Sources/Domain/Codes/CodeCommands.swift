public import Journal

/// What codes made together have in common.
public struct CodeTerms: Sendable {
    /// The campaign; nil for codes that stand alone.
    public var campaign: EntityNumber?
    /// The places of each code, 1…2^53−1; nil means 1.
    public var maxUses: Int64?
    /// When the codes stop working, after now; nil means never.
    public var expiresAt: Timestamp?
    /// Who refers with these codes.
    public var issuer: AccountID?
    /// What a claim grants, as JSON text; overrides the campaign's.
    public var grant: [UInt8]?
    /// A JSON object kept with the codes, as text.
    public var metadata: [UInt8]?

    /// Makes terms; everything is optional.
    public init(
        campaign: EntityNumber? = nil, maxUses: Int64? = nil, expiresAt: Timestamp? = nil,
        issuer: AccountID? = nil, grant: [UInt8]? = nil, metadata: [UInt8]? = nil
    ) {
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.issuer = issuer
        self.grant = grant
        self.metadata = metadata
    }
}

/// Makes random codes: all of them or none.
public struct GenerateCodes: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// How many, 1…1,000,000.
    public var count: Int64
    /// Their length, 4…32; nil means 8.
    public var length: Int64?
    /// What they have in common.
    public var terms: CodeTerms

    /// Makes a command.
    public init(tenant: TenantNumber, count: Int64, length: Int64? = nil, terms: CodeTerms = CodeTerms()) {
        self.tenant = tenant
        self.count = count
        self.length = length
        self.terms = terms
    }
}

/// Makes one code with a chosen text.
public struct CreateVanityCode: Sendable {
    /// Whose code.
    public var tenant: TenantNumber
    /// The text as typed.
    public var text: String
    /// Its terms.
    public var terms: CodeTerms

    /// Makes a command.
    public init(tenant: TenantNumber, text: String, terms: CodeTerms = CodeTerms()) {
        self.tenant = tenant
        self.text = text
        self.terms = terms
    }
}

/// Makes one signed code.
///
/// Nothing is stored for it before its first claim.
public struct SignCode: Sendable {
    /// Whose code.
    public var tenant: TenantNumber
    /// The campaign; nil for a code that stands alone.
    public var campaign: EntityNumber?
    /// Its places, 1…2^32−1; nil means 1.
    public var maxUses: Int64?
    /// When it stops working, after now; nil means never.
    public var expiresAt: Timestamp?

    /// Makes a command.
    public init(
        tenant: TenantNumber, campaign: EntityNumber? = nil, maxUses: Int64? = nil, expiresAt: Timestamp? = nil
    ) {
        self.tenant = tenant
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
    }
}

/// One row of an import.
public struct ImportRow: Sendable {
    /// Where it stands in the caller's file, for the report.
    public var line: Int
    /// The text as written there.
    public var text: String
    /// `random` or `vanity`; nil means `random`.
    public var kind: String?
    /// Its terms.
    public var terms: CodeTerms
    /// The campaign by its key, where the file names it so; wins over ``terms``.
    public var campaignKey: String?

    /// Makes a row.
    public init(
        line: Int, text: String, kind: String? = nil, terms: CodeTerms = CodeTerms(), campaignKey: String? = nil
    ) {
        self.line = line
        self.text = text
        self.kind = kind
        self.terms = terms
        self.campaignKey = campaignKey
    }
}

/// Takes codes over from elsewhere.
public struct ImportCodes: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// The rows.
    public var rows: [ImportRow]
    /// Whether one bad row keeps all others out.
    public var atomic: Bool
    /// Rows that the caller could not read: bad ones, which are not among ``rows``.
    public var unreadRows: Int

    /// Makes a command.
    public init(tenant: TenantNumber, rows: [ImportRow], atomic: Bool = false, unreadRows: Int = 0) {
        self.tenant = tenant
        self.rows = rows
        self.atomic = atomic
        self.unreadRows = unreadRows
    }
}

/// Changes a code.
public struct PatchCode: Sendable {
    /// Whose code.
    public var tenant: TenantNumber
    /// Which code.
    public var number: EntityNumber
    /// The version that the caller has seen (`If-Match`); nil means whatever it is.
    public var expectedVersion: String?
    /// The new number of places; never below what is taken.
    public var maxUses: Patch<Int64>
    /// The new end; `.set(nil)` removes it.
    public var expiresAt: Patch<Timestamp>

    /// Makes a command that changes what is given.
    public init(
        tenant: TenantNumber, number: EntityNumber, expectedVersion: String? = nil, maxUses: Patch<Int64> = .keep,
        expiresAt: Patch<Timestamp> = .keep
    ) {
        self.tenant = tenant
        self.number = number
        self.expectedVersion = expectedVersion
        self.maxUses = maxUses
        self.expiresAt = expiresAt
    }
}
