/// Takes codes over from elsewhere.
public struct ImportCodes: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// The rows.
    public var rows: [ImportRow]
    /// True if one bad row keeps all others out.
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
