import Journal
import Store

@testable import Domain

/// An event without its place.
struct Transition: Hashable, Comparable, CustomStringConvertible {
    var kind: EventKind
    var tenant: TenantNumber
    var subject: EntityNumber

    var description: String { "\(kind.word) \(subject.rawValue) of \(tenant.rawValue)" }

    static func < (left: Transition, right: Transition) -> Bool { left.description < right.description }
}

extension Event {
    var transition: Transition { Transition(kind: kind, tenant: tenant, subject: subject) }
}

/// Finds out the transitions of a frame from the rows before and after it alone: it knows no recording point.
struct TransitionOracle {
    private struct Place: Hashable {
        var table: TableID
        var key: [UInt8]
    }

    private var rows: [Place: [UInt8]] = [:]
    private var visibleCodes: Set<EntityKey> = []
    private var found: [Transition] = []

    /// The transitions of a frame, in no order.
    mutating func transitions(of effects: [Effect], at now: Timestamp) throws -> [Transition] {
        let before = rows
        for effect in effects { rows[Place(table: effect.table, key: effect.key)] = effect.value }
        found = []
        var freed: Set<EntityKey> = []
        try findClaims(effects, before, now, &freed)
        try findCodes(effects, before)
        try findCampaigns(effects, before, freed)
        try findKeys(effects, before)
        try findReferrals(effects, before)
        return found.sorted()
    }

    private func value<Kind: Record>(_ record: Kind.Type, _ id: Kind.ID, in rows: [Place: [UInt8]]) throws -> Kind
        .Value?
    {
        try rows[Place(table: Kind.table, key: Array(id.key.bytes))].map { try Kind.value(id, $0) }
    }

    /// The keys of a table that the frame touches.
    private func ids<Kind: Record>(_ record: Kind.Type, _ effects: [Effect]) -> [Kind.ID] {
        effects.filter { $0.table == Kind.table }.compactMap { Kind.id($0.key) }
    }

    private mutating func add(_ kind: EventKind, _ id: EntityKey) {
        found.append(Transition(kind: kind, tenant: id.tenant, subject: id.number))
    }

    private mutating func findClaims(
        _ effects: [Effect], _ before: [Place: [UInt8]], _ now: Timestamp, _ freed: inout Set<EntityKey>
    ) throws {
        let free = { (campaign: EntityNumber?, tenant: TenantNumber, freed: inout Set<EntityKey>) in
            if let campaign { freed.insert(EntityKey(tenant: tenant, number: campaign)) }
        }
        for id in ids(RedemptionRecord.self, effects) {
            let old = try value(RedemptionRecord.self, id, in: before)
            guard let new = try value(RedemptionRecord.self, id, in: rows) else { continue }
            if old == nil { add(.codeRedeemed, id) }
            if old?.releasedAt == nil, new.releasedAt != nil {
                add(.redemptionReleased, id)
                free(new.campaign, id.tenant, &freed)
            }
        }
        for id in ids(HoldRecord.self, effects) {
            let old = try value(HoldRecord.self, id, in: before)
            guard let new = try value(HoldRecord.self, id, in: rows) else { continue }
            if old == nil { add(.holdTaken, id) }
            if let old, old.expiresAt != new.expiresAt { add(.holdExtended, id) }
            let was = old?.state ?? .held
            guard was != new.state else { continue }
            let ranOut = was == .held && (new.state == .expired || new.expiresAt <= now && new.state == .confirmed)
            if ranOut { add(.holdExpired, id) }
            if new.state == .confirmed { add(.holdConfirmed, id) }
            if new.state == .released { add(.holdReleased, id) }
            if ranOut || new.state == .released { free(new.campaign, id.tenant, &freed) }
        }
    }

    private mutating func findCodes(_ effects: [Effect], _ before: [Place: [UInt8]]) throws {
        let codes = ids(CodeRecord.self, effects)
        var changed: Set<EntityKey> = []
        for id in codes {
            guard let new = try value(CodeRecord.self, id, in: rows) else { continue }
            guard let old = try value(CodeRecord.self, id, in: before) else {
                // A signed code that is taken back before anybody has claimed it.
                if new.revokedAt != nil { add(.codeRevoked, id) }
                continue
            }
            if old.revokedAt == nil, new.revokedAt != nil { add(.codeRevoked, id) }
            if old.expiresAt != new.expiresAt { changed.insert(id) }
        }
        for id in ids(CounterRecord.self, effects) where id.kind == .code {
            guard let old = try value(CounterRecord.self, id, in: before),
                let new = try value(CounterRecord.self, id, in: rows)
            else { continue }
            if old.limit != new.limit { changed.insert(EntityKey(tenant: id.tenant, number: id.number)) }
        }
        for id in changed { add(.codeChanged, id) }
        try findNewCodes(codes, mayShow: ids(SettingRecord.self, effects).contains(.pendingRanges))
    }

    /// Codes that are there for everybody from this frame on: one event for those of a tenant.
    private mutating func findNewCodes(_ touched: [EntityKey], mayShow: Bool) throws {
        var ranges: [PendingRange] = []
        if case .pendingRanges(let pending)? = try value(SettingRecord.self, .pendingRanges, in: rows) {
            ranges = pending.ranges
        }
        let all = mayShow ? rows.keys.filter { $0.table == Tables.codes }.compactMap { CodeRecord.id($0.key) } : touched
        let visible = try all.filter { id in
            guard try value(CodeRecord.self, id, in: rows) != nil else { return false }
            return !ranges.contains { $0.tenant == id.tenant && $0.first <= id.number && id.number < $0.end }
        }
        let new = visible.filter { !visibleCodes.contains($0) }
        visibleCodes.formUnion(new)
        for (tenant, codes) in Dictionary(grouping: new, by: \.tenant) {
            guard let first = codes.map(\.number).min() else { continue }
            add(.codeCreated, EntityKey(tenant: tenant, number: first))
        }
    }

    private mutating func findCampaigns(
        _ effects: [Effect], _ before: [Place: [UInt8]], _ freed: Set<EntityKey>
    ) throws {
        var changed: Set<EntityKey> = []
        for id in ids(CampaignRecord.self, effects) {
            guard let new = try value(CampaignRecord.self, id, in: rows) else { continue }
            guard let old = try value(CampaignRecord.self, id, in: before) else {
                add(.campaignCreated, id)
                continue
            }
            if old.name != new.name || old.gate != new.gate { changed.insert(id) }
        }
        for id in ids(DocumentRecord.self, effects) {
            let owner = EntityKey(tenant: id.tenant, number: id.number)
            if try value(CampaignRecord.self, owner, in: before) != nil { changed.insert(owner) }
        }
        for id in ids(CounterRecord.self, effects) where id.kind == .campaign {
            let owner = EntityKey(tenant: id.tenant, number: id.number)
            guard let old = try value(CounterRecord.self, id, in: before),
                let new = try value(CounterRecord.self, id, in: rows)
            else { continue }
            if old.limit != new.limit { changed.insert(owner) }
            let hadSome = old.free > 0 || freed.contains(owner)
            if old.free == 0, new.free > 0 || freed.contains(owner) { add(.campaignReopened, owner) }
            if new.free == 0, hadSome { add(.campaignSoldOut, owner) }
        }
        for id in changed { add(.campaignChanged, id) }
    }

    private mutating func findReferrals(_ effects: [Effect], _ before: [Place: [UInt8]]) throws {
        for id in ids(ReferralRecord.self, effects) {
            let old = try value(ReferralRecord.self, id, in: before)
            guard let new = try value(ReferralRecord.self, id, in: rows) else { continue }
            if old == nil { add(.referralAttributed, id) }
            if old?.qualifiedAt == nil, new.qualifiedAt != nil { add(.referralQualified, id) }
            if old?.reversedAt == nil, new.reversedAt != nil { add(.referralReversed, id) }
        }
        for id in ids(RewardRecord.self, effects) {
            let old = try value(RewardRecord.self, id, in: before)
            guard let new = try value(RewardRecord.self, id, in: rows) else { continue }
            if old?.grantedAt == nil, new.grantedAt != nil { add(.rewardGranted, id) }
            if old?.heldUntil == nil, new.heldUntil != nil { add(.rewardHeld, id) }
            if old?.confirmedAt == nil, new.confirmedAt != nil { add(.rewardConfirmed, id) }
            guard old?.endedAt == nil, new.endedAt != nil else { continue }
            add(new.state == .expired ? .rewardExpired : .rewardReversed, id)
        }
    }

    private mutating func findKeys(_ effects: [Effect], _ before: [Place: [UInt8]]) throws {
        for id in ids(APIKeyRecord.self, effects) {
            let old = try value(APIKeyRecord.self, id, in: before)
            guard let new = try value(APIKeyRecord.self, id, in: rows) else { continue }
            if old == nil { add(.keyCreated, id) }
            if old?.view.revokedAt == nil, new.view.revokedAt != nil { add(.keyRevoked, id) }
            if old?.view.revokedAt != nil, new.view.revokedAt == nil { add(.keyReinstated, id) }
        }
        for id in ids(TenantNameRecord.self, effects) {
            guard let tenant = try value(TenantNameRecord.self, id, in: rows) else { continue }
            add(.tenantCreated, EntityKey(tenant: tenant, number: EntityNumber(rawValue: UInt64(tenant.rawValue))))
        }
        if ids(SettingRecord.self, effects).contains(.currentSigningKey),
            case .currentSigningKey(let id)? = try value(SettingRecord.self, .currentSigningKey, in: rows)
        {
            add(.signingKeyCreated, EntityKey(tenant: .system, number: EntityNumber(rawValue: UInt64(id))))
        }
    }
}
