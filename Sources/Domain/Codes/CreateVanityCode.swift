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
