internal import Journal
internal import Store

/// Builds the keys of all tables, in one place so that they agree with `docs/formats/tables.md`.
enum RecordKeys {
    @inline(__always)
    static func tenant(_ tenant: TenantNumber) -> Key {
        var key = Key()
        key.append(compact: UInt64(tenant.rawValue))
        return key
    }

    /// (tenant, number): the key of every entity's row.
    @inline(__always)
    static func entity(_ tenant: TenantNumber, _ number: EntityNumber) -> Key {
        var key = RecordKeys.tenant(tenant)
        key.append(compact: number.rawValue)
        return key
    }

    /// (tenant, owner, block of numbers): the key of every index from one entity to others.
    @inline(__always)
    static func indexBlock(_ tenant: TenantNumber, _ owner: EntityNumber, _ block: UInt64) -> Key {
        var key = RecordKeys.entity(tenant, owner)
        key.append(compact: block)
        return key
    }

    /// (tenant, text): the key of unique texts.
    @inline(__always)
    static func text(_ tenant: TenantNumber, _ text: String) -> Key {
        var key = RecordKeys.tenant(tenant)
        var text = text
        text.withUTF8 { key.append(buffer: UnsafeRawBufferPointer($0)) }
        return key
    }

    /// (tenant, bytes): hashes.
    static func bytes(_ tenant: TenantNumber, _ bytes: [UInt8]) -> Key {
        var key = RecordKeys.tenant(tenant)
        key.append(bytes: bytes)
        return key
    }

    /// (tenant, kind, number): counters and tallies.
    @inline(__always)
    static func target(_ tenant: TenantNumber, _ kind: TargetKind, _ number: EntityNumber) -> Key {
        var key = RecordKeys.tenant(tenant)
        key.append(byte: kind.rawValue)
        key.append(compact: number.rawValue)
        return key
    }

    /// (tenant, redeemer): the prefix of a person's live claims, and of a person's released redemptions.
    @inline(__always)
    static func person(_ tenant: TenantNumber, _ redeemer: borrowing PackedAccount) -> Key {
        var key = RecordKeys.tenant(tenant)
        redeemer.append(to: &key)
        return key
    }

    /// (tenant, redeemer, kind, number): one person's claim on one thing, or record of claims in a campaign.
    @inline(__always)
    static func claim(
        _ tenant: TenantNumber, _ redeemer: borrowing PackedAccount, _ kind: ClaimKeyKind, _ number: EntityNumber
    ) -> Key {
        var key = RecordKeys.person(tenant, redeemer)
        key.append(byte: kind.rawValue)
        key.append(compact: number.rawValue)
        return key
    }

    /// The key of a person's claim on a code, or on a campaign without one, that has a record of its own.
    @inline(__always)
    static func claim(
        _ tenant: TenantNumber, _ redeemer: borrowing PackedAccount, code: EntityNumber?, campaign: EntityNumber?
    ) -> Key {
        if let code { return RecordKeys.claim(tenant, redeemer, .code, code) }
        guard let campaign else { preconditionFailure("a claim is on a code or on a campaign") }
        return RecordKeys.claim(tenant, redeemer, .campaign, campaign)
    }

    /// (tenant, redeemer, redemption): a person's released redemptions.
    static func released(_ tenant: TenantNumber, _ redeemer: PackedAccount, _ number: EntityNumber) -> Key {
        var key = RecordKeys.person(tenant, redeemer)
        key.append(compact: number.rawValue)
        return key
    }

    /// (tenant, expiry, hold): live holds in the order in which they run out.
    static func live(_ tenant: TenantNumber, _ expiresAt: Timestamp, _ number: EntityNumber) -> Key {
        var key = RecordKeys.tenant(tenant)
        key.append(bigEndian: UInt64(bitPattern: expiresAt.milliseconds))
        key.append(compact: number.rawValue)
        return key
    }

    /// (tenant, document, part).
    static func document(_ tenant: TenantNumber, _ number: EntityNumber, part: UInt8) -> Key {
        var key = RecordKeys.entity(tenant, number)
        key.append(byte: part)
        return key
    }
}

extension RawSpan {
    /// The bytes of a key behind a prefix, for reading its last components.
    @_lifetime(copy self)
    func afterPrefix(_ count: Int) -> RawSpan {
        extracting(droppingFirst: count)
    }
}
