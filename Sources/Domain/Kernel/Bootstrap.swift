internal import Journal
internal import Store

/// Writes the records that a new store needs before its first claim.
public enum Bootstrap {
    /// Makes the tenant `default`, the secret of public ids and the first signing key, where they are missing.
    ///
    /// - Returns: True if anything was missing.
    @discardableResult
    public static func run(in context: inout DecisionContext) -> Bool {
        let state = context.state
        var wrote = false
        if state.find(SettingRecord.self, .publicIDSecret) == nil {
            let secret = Hash128(low: context.random.next(), high: context.random.next())
            state.insert(SettingRecord.self, .publicIDSecret, .publicIDSecret(secret))
            wrote = true
        }
        if Tenants.find(.default, state: state) == nil {
            Tenants.insert(.default, id: "default", name: "Default", in: &context)
            wrote = true
        }
        if SigningKeys.current(state: state) == nil {
            SigningKeys.makeCurrent(1, in: &context)
            wrote = true
        }
        return wrote
    }
}
