internal import Store

/// A table that says which numbers belong to an owner; see ``NumberIndex``.
protocol NumberIndexRecord: Record where ID == NumberBlockKey, Value == UInt64 {
    /// True if the thing of a number is the owner's.
    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool
}

extension NumberIndexRecord {
    static var personalData: PersonalData<Self> { .none }

    static func decode(_ id: NumberBlockKey, _ bytes: RawSpan) throws(RecordDamage) -> UInt64 {
        try NumberIndex.bits(decoding: bytes)
    }

    static func encode(_ bits: UInt64, to writer: inout ValueWriter) { writer.append(bits) }

    static func check<State: StateScanning>(
        _ id: NumberBlockKey, _ bits: UInt64, in check: inout InvariantCheck<State>
    ) {
        for bit in 0..<NumberIndex.blockSize where bits & 1 << bit != 0 {
            let number = EntityNumber(rawValue: id.block * NumberIndex.blockSize + bit)
            check.require(
                belongs(number, to: id.owner, of: id.tenant, in: check), "\(name)",
                "the entry (\(id.owner.rawValue), \(number.rawValue)) belongs to no row")
        }
    }
}
