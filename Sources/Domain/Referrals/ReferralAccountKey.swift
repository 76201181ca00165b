internal import Store

/// (tenant, account, kind, number): the key of one fact about a person among referrals and rewards.
///
/// All of a person lie side by side, so that a claim that writes several of them changes one page of LMDB.
struct ReferralAccountKey: RecordID, Equatable {
    var tenant: TenantNumber
    var account: AccountID
    var kind: ReferralAccountKind
    /// The programme, the campaign, the unit or the block of numbers; 0 for an e-mail address.
    var number: UInt64

    var key: Key { RecordKeys.referralAccount(tenant, PackedAccount(account), kind, number) }
}

extension ReferralAccountKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        account = reader.account()
        guard let kind = ReferralAccountKind(rawValue: reader.byte()) else { return nil }
        self.kind = kind
        number = reader.compact()
        guard reader.isFinished, number <= ReferralAccountKey.numberMax(kind) else { return nil }
    }

    /// The largest number of a kind.
    private static func numberMax(_ kind: ReferralAccountKind) -> UInt64 {
        switch kind {
        case .index: .max / NumberIndex.blockSize
        case .standing, .referrer, .sums, .email: .max
        }
    }
}

extension RecordKeys {
    /// (tenant, account, kind): the prefix of a person's records of one kind.
    @inline(__always)
    static func referralAccount(
        _ tenant: TenantNumber, _ account: borrowing PackedAccount, _ kind: ReferralAccountKind
    ) -> Key {
        var key = RecordKeys.person(tenant, account)
        key.append(byte: kind.rawValue)
        return key
    }

    /// (tenant, account, kind, number).
    @inline(__always)
    static func referralAccount(
        _ tenant: TenantNumber, _ account: borrowing PackedAccount, _ kind: ReferralAccountKind, _ number: UInt64
    ) -> Key {
        var key = RecordKeys.referralAccount(tenant, account, kind)
        key.append(compact: number)
        return key
    }
}
