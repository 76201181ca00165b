internal import Journal
internal import Store

/// The table of single values.
enum SettingRecord: Record {
    static let table = Tables.settings
    static let name: StaticString = "settings"
    static var personalData: PersonalData<SettingRecord> { .none }

    private static let epochVersion: UInt8 = 1

    static func decode(_ id: SettingKey, _ bytes: RawSpan) throws(RecordDamage) -> SystemValue {
        var reader = ValueReader(bytes)
        let value: SystemValue
        switch id {
        case .publicIDSecret: value = .publicIDSecret(Hash128(low: reader.integer(), high: reader.integer()))
        case .lastTenant: value = .lastTenant(reader.tenant())
        case .reign: value = .reign(epoch: reader.integer(), began: reader.instant())
        case .givenRootKey: value = .givenRootKey(reader.entity())
        case .pendingRanges: return .pendingRanges(try PendingRanges(decoding: bytes))
        case .pendingRevocations: return .pendingRevocations(try PendingRanges.revocations(decoding: bytes))
        case .currentSigningKey: value = .currentSigningKey(reader.byte())
        case _ where id.epoch != nil:
            try reader.version(epochVersion)
            value = .epoch(sequenceBefore: reader.integer(), began: reader.instant())
        case _ where id.isSigningKey: value = .signingKey(reader.bytes(SigningKeys.secretBytes))
        default: value = .unknown(reader.rest())
        }
        try reader.finish()
        return value
    }

    static func encode(_ value: SystemValue, to writer: inout ValueWriter) {
        switch value {
        case .publicIDSecret(let secret):
            writer.append(secret.low)
            writer.append(secret.high)
        case .lastTenant(let tenant): writer.append(compact: UInt64(tenant.rawValue))
        case .epoch(let sequence, let began):
            writer.append(byte: epochVersion)
            writer.append(sequence)
            writer.append(instant: began)
        case .reign(let epoch, let began):
            writer.append(epoch)
            writer.append(instant: began)
        case .givenRootKey(let number): writer.append(entity: number)
        case .pendingRanges(let pending): pending.encode(to: &writer)
        case .pendingRevocations(let revocations): PendingRanges.encode(revocations, to: &writer)
        case .currentSigningKey(let id): writer.append(byte: id)
        case .signingKey(let bytes), .unknown(let bytes): writer.append(bytes: bytes)
        }
    }

    static func check<State: StateScanning>(
        _ id: SettingKey, _ value: SystemValue, in check: inout InvariantCheck<State>
    ) {
        switch value {
        case .pendingRanges(let pending): checkPending(pending.ranges, in: &check)
        case .pendingRevocations(let revocations):
            for revocation in revocations { checkRevocation(revocation, in: &check) }
        case .currentSigningKey(let id):
            check.require(
                check.has(SettingRecord.self, .signingKey(id)), "signing_key", "signing key \(id) has no secret")
        default: break
        }
    }

    /// Pending ranges lie apart among numbers that were given out, and nobody has a place of a code that nobody may see.
    private static func checkPending<State: StateScanning>(
        _ ranges: [PendingRange], in check: inout InvariantCheck<State>
    ) {
        for (index, range) in ranges.enumerated() {
            let place = "the pending range before number \(range.end.rawValue)"
            check.require(
                range.end.rawValue <= check.state.nextNumber, "pending",
                "\(place) has numbers that were never given out")
            check.require(
                ranges[..<index].allSatisfy { $0.end <= range.first || range.end <= $0.first }, "pending",
                "\(place) overlaps another")
        }
        for range in ranges { checkUnclaimed(range, in: &check) }
    }

    private static func checkRevocation<State: StateScanning>(
        _ revocation: PendingRevocation, in check: inout InvariantCheck<State>
    ) {
        let place = "the revocation before number \(revocation.end.rawValue)"
        check.require(
            revocation.end.rawValue <= check.state.nextNumber, "pending",
            "\(place) covers numbers that were never given out")
        check.require(
            check.has(CampaignRecord.self, EntityKey(tenant: revocation.tenant, number: revocation.campaign)),
            "pending", "\(place) is of a campaign that is not there")
    }

    private static func checkUnclaimed<State: StateScanning>(
        _ range: PendingRange, in check: inout InvariantCheck<State>
    ) {
        var claimed: [EntityNumber] = []
        let (state, limit) = (check.state, check.limit)
        let first = RecordKeys.entity(range.tenant, range.first)
        state.scan(Tables.codes, prefix: RecordKeys.tenant(range.tenant), from: first, descending: false) { key, _ in
            guard let number = EntityKey(decoding: key)?.number, range.contains(number) else { return false }
            let counter = check.find(CounterRecord.self, TargetKey(tenant: range.tenant, kind: .code, number: number))
            if let counter, counter.used > 0 || counter.held > 0 { claimed.append(number) }
            return claimed.count < limit
        }
        for number in claimed {
            check.require(false, "pending", "code \(number.rawValue) is pending, and somebody has it")
        }
    }
}
