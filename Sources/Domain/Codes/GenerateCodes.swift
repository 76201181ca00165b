/// Makes random codes: all of them or none.
public struct GenerateCodes: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// The number of codes, 1…1,000,000.
    public var count: Int64
    /// Their length, 4…32; nil means 8.
    public var length: Int64?
    /// The terms that they share.
    public var terms: CodeTerms

    /// Makes a command.
    public init(tenant: TenantNumber, count: Int64, length: Int64? = nil, terms: CodeTerms = CodeTerms()) {
        self.tenant = tenant
        self.count = count
        self.length = length
        self.terms = terms
    }
}
