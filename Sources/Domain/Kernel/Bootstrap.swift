internal import Journal
internal import Store

/// What a new store needs before its first claim.
public enum Bootstrap {
    /// Makes the tenant `default`, the secret of public ids and the first signing key, where they are missing.
    ///
    /// - Returns: whether anything was missing.
    @discardableResult
    public static func run(in context: inout DecisionContext) -> Bool {
        let state = context.state
        var wrote = false
        if !state.contains(Tables.settings, SystemValues.publicIDSecret) {
            let low = context.random.next()
            let high = context.random.next()
            state.insert(Tables.settings, SystemValues.publicIDSecret) {
                $0.append(low)
                $0.append(high)
            }
            wrote = true
        }
        if Tenants.find(.default, state: state) == nil {
            Tenants.insert(.default, id: "default", name: "Default", in: &context)
            wrote = true
        }
        if !state.contains(Tables.settings, SystemValues.currentSigningKey) {
            SigningKeys.makeCurrent(1, in: &context)
            wrote = true
        }
        return wrote
    }
}
