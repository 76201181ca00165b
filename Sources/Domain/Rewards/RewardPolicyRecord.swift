internal import Store

/// The table of reward policies as claims read them, by campaign.
enum RewardPolicyRecord: Record {
    static let table = Tables.rewardPolicies
    static let name: StaticString = "reward_policies"
    static var personalData: PersonalData<RewardPolicyRecord> { .none }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> RewardPolicy {
        try RewardPolicy.read(bytes)
    }

    static func encode(_ policy: RewardPolicy, to writer: inout ValueWriter) { policy.encode(to: &writer) }

    /// It is what the policy in the campaign's document says.
    static func check<State: StateScanning>(
        _ id: EntityKey, _ policy: RewardPolicy, in check: inout InvariantCheck<State>
    ) {
        let place = "the policy of campaign \(id.number.rawValue)"
        let row = check.find(CampaignRecord.self, id)
        check.require(row?.gate.hasRewardPolicy ?? false, "reward_policy", "\(place) is one that the campaign has not")
        let bytes = Document.bytes(id.number, tenant: id.tenant, state: check.state)
        guard let text = (try? Document(decoding: bytes))?.rewardPolicy else {
            return check.require(false, "reward_policy", "\(place) is in no document")
        }
        var errors = FieldErrors()
        let draft = RewardPolicyRules.read(text, errors: &errors)
        check.require(
            draft?.policy { RewardWords.number(of: $0, tenant: id.tenant, state: check.state) ?? 0 } == policy,
            "reward_policy", "\(place) is not what its document says")
    }
}
