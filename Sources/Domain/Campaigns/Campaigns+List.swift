public import Store

extension Campaigns {
    /// The campaigns of a tenant, newest first.
    public static func list(
        tenant: TenantNumber, page: PageRequest, in state: some StateScanning
    ) -> Page<CampaignView> {
        state.page(Tables.campaigns, prefix: RecordKeys.tenant(tenant), page) { number, value in
            view(number, CampaignRow.decode(value), tenant: tenant, state: state)
        }
    }
}
