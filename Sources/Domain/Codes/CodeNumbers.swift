internal import Store

/// The numbers of the codes that one command makes: neighbours, in the order of creation.
///
/// The stored forms of such codes begin with them.
struct CodeNumbers: Equatable, Sendable {
    let tenant: TenantNumber
    let first: EntityNumber
    let count: Int

    /// The number of a code.
    func number(at index: Int) -> EntityNumber {
        precondition((0..<count).contains(index), "a code of the command is asked for")
        return EntityNumber(rawValue: first.rawValue + UInt64(index))
    }

    // MARK: Stored form

    /// Appends the beginning of a stored form.
    func encode(version: UInt8, to writer: inout ValueWriter) {
        writer.append(byte: version)
        writer.append(compact: UInt64(tenant.rawValue))
        writer.append(entity: first)
        writer.append(compact: UInt64(count))
    }

    /// Reads the beginning of a stored form; nil when it is of another version.
    init?(version: UInt8, _ reader: inout ValueReader) {
        guard reader.byte() == version else { return nil }
        tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
        first = reader.entity()
        count = Int(clamping: reader.compact())
    }

    init(tenant: TenantNumber, first: EntityNumber, count: Int) {
        self.tenant = tenant
        self.first = first
        self.count = count
    }
}
