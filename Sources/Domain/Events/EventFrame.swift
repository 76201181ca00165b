public import Journal
internal import Store

/// Reads the events of a frame: what its commands have written down, completed from the rows that it changes.
public struct EventFrame: Sendable {
    /// Why the events of a frame cannot be read.
    public struct Damage: Error, CustomStringConvertible {
        /// The fault.
        public var description: String
    }

    /// The events, in the order in which they happened.
    public private(set) var events: [Event] = []

    /// Reads the events of a frame's payload; none where the frame has none, as in frames of earlier versions.
    ///
    /// - Throws: ``Damage`` when they are not events of this version.
    /// - Complexity: O(*n*) in the bytes of the payload.
    public init(_ header: FrameHeader, payload: RawSpan) throws(Damage) {
        self = try payload.withUnsafeBytes { (bytes) throws(Damage) in try EventFrame(header, bytes) }
    }

    /// The rows of a frame that events are told from.
    private struct Rows {
        /// A row's table and key.
        struct Place: Hashable {
            var table: TableID
            var key: EntityKey
        }

        var values: [Place: UnsafeRawBufferPointer] = [:]
        var notes: [UInt8] = []
        /// The number that the frame's sequence of numbers stands at.
        var base: UInt64 = 0
    }

    private init(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) throws(Damage) {
        let rows = try EventFrame.rows(of: payload)
        guard !rows.notes.isEmpty else { return }
        var trouble: Damage?
        var last: EventID?
        var ends = ExtendedEnds()
        do throws(FrameBody.Malformed) {
            try FrameEvents.decode(rows.notes.span.bytes, base: rows.base, commandCount: header.commandCount) {
                note, data in
                let position = LogPosition(
                    epoch: header.epoch, sequence: header.firstSequence + UInt64(note.command))
                let index = last.map { $0.position == position ? $0.index + 1 : 0 } ?? 0
                let id = EventID(position: position, index: index)
                last = id
                do throws(Damage) {
                    events.append(try EventFrame.event(id, note, data, at: header.time, rows))
                    ends.note(events.count - 1, data, of: events)
                } catch {
                    trouble = trouble ?? error
                }
            }
        } catch {
            throw Damage(description: "the frame's events end at byte \(error.offset)")
        }
        if let trouble { throw trouble }
        ends.takeOff(&events)
    }

    /// The ends that holds had before they were extended: a row has the last one only.
    private struct ExtendedEnds {
        /// By the index of the event that moved it.
        private var before: [Int: Timestamp] = [:]

        /// Takes note of an event that was read, if it moved an end.
        mutating func note(_ index: Int, _ data: RawSpan, of events: [Event]) {
            guard events[index].kind == .holdExtended, case .members(let members)? = EventFrame.members(data),
                let end = members[.expiresAtBefore]
            else { return }
            before[index] = Timestamp(milliseconds: Int64(bitPattern: end))
        }

        /// Gives the events of a hold the end that it had at each of them.
        func takeOff(_ events: inout [Event]) {
            guard !before.isEmpty else { return }
            var ends: [EntityKey: Timestamp] = [:]
            for index in events.indices.reversed() {
                guard case .hold(var hold) = events[index].data else { continue }
                let id = EntityKey(tenant: events[index].tenant, number: hold.number)
                if let end = ends[id] { hold.expiresAt = end }
                events[index].data = .hold(hold)
                if let end = before[index] { ends[id] = end }
            }
        }
    }

    private static func rows(of payload: UnsafeRawBufferPointer) throws(Damage) -> Rows {
        var rows = Rows()
        do throws(FrameBody.Malformed) {
            try FrameBody.decode(payload) { table, _, key, value in
                switch table {
                case FrameEvents.table: rows.notes += value
                case FrameEvents.sequenceTable: rows.base = FrameEvents.base(value)
                case Tables.redemptions, Tables.holds, Tables.referrals, Tables.rewards:
                    guard let id = EntityKey(decoding: key.bytes) else { return }
                    rows.values[Rows.Place(table: table, key: id)] = value
                default: break
                }
            }
        } catch {
            throw Damage(description: "the frame's effects end at byte \(error.offset)")
        }
        return rows
    }

    private static func event(
        _ id: EventID, _ note: EventNote, _ data: RawSpan, at time: Timestamp, _ rows: Rows
    ) throws(Damage) -> Event {
        guard let kind = EventKind(rawValue: note.kind), let actor = Actor(stored: note.actor) else {
            throw Damage(description: "event \(id) is of a kind that this version does not know")
        }
        let tenant = TenantNumber(rawValue: note.tenant)
        let subject = EntityNumber(rawValue: note.subject)
        let key = EntityKey(tenant: tenant, number: subject)
        let row = { (table: TableID) in rows.values[Rows.Place(table: table, key: key)] }
        let told: EventData?
        switch kind.data {
        case .redemption:
            told = row(Tables.redemptions).flatMap { redemption(kind, subject, $0) }
        case .hold: told = row(Tables.holds).flatMap { hold(kind, subject, $0) }
        case .referral: told = row(Tables.referrals).flatMap { referral(kind, subject, $0) }
        case .reward: told = row(Tables.rewards).flatMap { reward(kind, subject, by: note.actor, $0) }
        case .members: told = members(data)
        }
        guard let told else { throw Damage(description: "event \(id) lacks what it is about") }
        return Event(id: id, kind: kind, time: time, tenant: tenant, actor: actor, subject: subject, data: told)
    }

    /// The redemption as an event left it: what came later in the frame is taken off.
    private static func redemption(
        _ kind: EventKind, _ number: EntityNumber, _ row: UnsafeRawBufferPointer
    ) -> EventData? {
        guard var redemption = try? Redemption(number, decoding: row.bytes) else { return nil }
        if kind == .codeRedeemed { redemption.releasedAt = nil }
        return .redemption(redemption)
    }

    /// The hold as an event left it: what came later in the frame is taken off.
    private static func hold(_ kind: EventKind, _ number: EntityNumber, _ row: UnsafeRawBufferPointer) -> EventData? {
        guard var hold = try? Hold(number, decoding: row.bytes) else { return nil }
        switch kind {
        case .holdTaken, .holdExtended: hold.state = .held
        case .holdReleased: hold.state = .released
        case .holdExpired: hold.state = .expired
        default: hold.state = .confirmed
        }
        if kind != .holdConfirmed { hold.redemption = nil }
        return .hold(hold)
    }

    /// The referral as an event left it: what came later in the frame is taken off.
    private static func referral(
        _ kind: EventKind, _ number: EntityNumber, _ row: UnsafeRawBufferPointer
    ) -> EventData? {
        guard var referral = try? Referral(number, decoding: row.bytes) else { return nil }
        referral.rewards = ReferralRewards()
        if kind == .referralAttributed {
            (referral.status, referral.qualifiedAt, referral.reversedAt) = (.pending, nil, nil)
        }
        return .referral(referral)
    }

    /// The reward as an event left it: what came later in the frame is taken off.
    private static func reward(
        _ kind: EventKind, _ number: EntityNumber, by actor: UInt64, _ row: UnsafeRawBufferPointer
    ) -> EventData? {
        guard var reward = try? Reward(number, decoding: row.bytes) else { return nil }
        reward.actorStored = actor
        switch kind {
        case .rewardGranted: (reward.state, reward.heldUntil) = (.granted, nil)
        case .rewardHeld: reward.state = .held
        case .rewardConfirmed: reward.state = .confirmed
        default: return .reward(reward)
        }
        if kind != .rewardConfirmed { reward.confirmedAt = nil }
        (reward.endedAt, reward.reason) = (nil, nil)
        return .reward(reward)
    }

    /// Reads the members that were written down; those of later versions are passed over.
    private static func members(_ data: RawSpan) -> EventData? {
        var members: [EventMember: UInt64] = [:]
        var reader = ValueReader(data)
        while reader.remaining > 0 {
            let member = EventMember(rawValue: reader.byte())
            let value = reader.compact()
            if let member { members[member] = value }
        }
        return reader.failed ? nil : .members(members)
    }
}
