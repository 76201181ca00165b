import Journal

@testable import Domain
@testable import Projections
@testable import Store

/// Every figure computed the slow way, from the rows themselves.
struct MetricsOracle {
    struct Row<Value> {
        var tenant: TenantNumber
        var number: EntityNumber
        var value: Value
    }

    var codes: [Row<CodeRow>] = []
    var redemptions: [Row<Redemption>] = []
    var holds: [Row<Hold>] = []
    var referrals: [Row<Referral>] = []
    var rewards: [Row<Reward>] = []
    let asOf: Int64

    init(_ snapshot: Snapshot) throws {
        asOf = try snapshot.point().time.milliseconds / 1000
        let pending = PendingRanges(reading: snapshot)
        codes = MetricsOracle.rows(snapshot, Tables.codes) { _, bytes in CodeRow.decode(bytes) }
            .filter { !pending.contains($0.number) }
        redemptions = MetricsOracle.rows(snapshot, Tables.redemptions) { Redemption.decode($0, $1) }
        holds = MetricsOracle.rows(snapshot, Tables.holds) { Hold.decode($0, $1) }
        referrals = MetricsOracle.rows(snapshot, Tables.referrals) { Referral.decode($0, $1) }
        rewards = MetricsOracle.rows(snapshot, Tables.rewards) { Reward.decode($0, $1) }
    }

    private static func rows<Value>(
        _ snapshot: Snapshot, _ table: TableID, _ decode: (EntityNumber, RawSpan) -> Value
    ) -> [Row<Value>] {
        var rows: [Row<Value>] = []
        snapshot.scan(table, prefix: Key(), from: nil, descending: false) { key, value in
            var reader = ValueReader(key)
            let tenant = TenantNumber(rawValue: UInt32(reader.compact()))
            let number = EntityNumber(rawValue: reader.compact())
            rows.append(Row(tenant: tenant, number: number, value: decode(number, value)))
            return true
        }
        return rows
    }

    func code(_ tenant: TenantNumber, _ number: EntityNumber?) -> CodeRow? {
        codes.first { $0.tenant == tenant && $0.number == number }?.value
    }

    /// All counted events of a scope, with their times.
    func events(_ metric: Figure, _ scope: MetricsScope) -> [(time: Timestamp, count: UInt64)] {
        func inScope(_ tenant: TenantNumber, _ campaign: EntityNumber?) -> Bool {
            tenant == scope.tenant && (scope.campaign == nil || campaign == scope.campaign)
        }
        let codes = codes.filter { inScope($0.tenant, $0.value.campaign) }
        let redemptions = redemptions.filter { inScope($0.tenant, $0.value.campaign) }
        let live = redemptions.filter { $0.value.releasedAt == nil }
        let holds = holds.filter { inScope($0.tenant, $0.value.campaign) }
        switch metric {
        case .codesIssued: return codes.map { ($0.value.createdAt, 1) }
        case .codesClaimed:
            let claimed = Set(
                self.redemptions.filter { $0.tenant == scope.tenant && $0.value.releasedAt == nil }
                    .compactMap(\.value.code))
            return codes.filter { claimed.contains($0.number) }.map { ($0.value.createdAt, 1) }
        case .redemptions: return live.map { ($0.value.redeemedAt, 1) }
        case .places: return live.map { ($0.value.redeemedAt, UInt64($0.value.quantity)) }
        case .redemptionsReleased:
            return redemptions.filter { $0.value.releasedAt != nil }.map { ($0.value.redeemedAt, 1) }
        case .holds: return holds.map { ($0.value.createdAt, 1) }
        case .holdsConfirmed: return holds.filter { $0.value.state == .confirmed }.map { ($0.value.createdAt, 1) }
        case .holdsReleased: return holds.filter { $0.value.state == .released }.map { ($0.value.createdAt, 1) }
        case .holdsExpired: return holds.filter { $0.value.state == .expired }.map { ($0.value.createdAt, 1) }
        case .referralsQualified:
            return referrals.filter { inScope($0.tenant, $0.value.campaign) }.compactMap { row in
                row.value.qualifiedAt.map { ($0, 1) }
            }
        case .rewards:
            return rewards.filter { inScope($0.tenant, $0.value.campaign) && !$0.value.isOver }.compactMap { row in
                row.value.grantedAt.map { ($0, 1) }
            }
        case .invitesSent, .invitesAccepted, .waitlistJoined: return []
        }
    }

    private func isCounted(_ time: Timestamp, _ sinceDays: Int?) -> Bool {
        guard let sinceDays else { return true }
        return time.milliseconds / 1000 >= asOf - Int64(sinceDays) * 86_400
    }

    func count(_ metric: Figure, _ scope: MetricsScope, _ sinceDays: Int?) -> UInt64 {
        events(metric, scope).filter { isCounted($0.time, sinceDays) }.reduce(0) { $0 + $1.count }
    }

    /// All times-to-redeem, ascending.
    func waits(_ scope: MetricsScope, _ sinceDays: Int?) -> [UInt64] {
        redemptions.filter {
            $0.tenant == scope.tenant && $0.value.releasedAt == nil && isCounted($0.value.redeemedAt, sinceDays)
                && (scope.campaign == nil || $0.value.campaign == scope.campaign)
        }.compactMap { row in
            code(row.tenant, row.value.code).map {
                UInt64(max(0, row.value.redeemedAt.milliseconds - $0.createdAt.milliseconds)) / 1000
            }
        }.sorted()
    }

    func percentile(_ share: Double, _ waits: [UInt64]) -> UInt64? {
        waits.isEmpty ? nil : waits[Int((share * Double(waits.count - 1)).rounded(.down))]
    }

    func leaderboard(_ scope: MetricsScope, _ sinceDays: Int?) -> [LeaderboardEntry] {
        var counts: [AccountID: (redemptions: UInt64, places: UInt64, newest: Int64)] = [:]
        let rows = redemptions.filter { isCounted($0.value.redeemedAt, sinceDays) }
        for row in rows where row.tenant == scope.tenant && row.value.releasedAt == nil {
            guard scope.campaign == nil || row.value.campaign == scope.campaign,
                let issuer = code(row.tenant, row.value.code)?.issuer, issuer != row.value.redeemer
            else { continue }
            var count = counts[issuer] ?? (0, 0, 0)
            count.redemptions += 1
            count.places += UInt64(row.value.quantity)
            // The last one of them reached the number.
            count.newest = max(count.newest, row.value.redeemedAt.milliseconds)
            counts[issuer] = count
        }
        let order = counts.sorted { left, right in
            if left.value.redemptions != right.value.redemptions {
                return left.value.redemptions > right.value.redemptions
            }
            if left.value.newest != right.value.newest { return left.value.newest < right.value.newest }
            return left.key.packed.lexicographicallyPrecedes(right.key.packed)
        }
        return order.enumerated().map { index, entry in
            LeaderboardEntry(
                rank: index + 1, issuer: entry.key.text, redemptions: entry.value.redemptions,
                places: entry.value.places)
        }
    }
}
