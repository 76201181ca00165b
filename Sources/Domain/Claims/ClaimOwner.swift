internal import Store

/// The claim of a person on a thing: the value of the unique table `claims`.
enum ClaimOwner: Equatable {
    case redemption(EntityNumber)
    case hold(EntityNumber)

    func encode(to writer: inout ValueWriter) {
        switch self {
        case .redemption(let number):
            writer.append(byte: 1)
            writer.append(entity: number)
        case .hold(let number):
            writer.append(byte: 2)
            writer.append(entity: number)
        }
    }

    /// Reads a record that is nothing but an owner.
    @inline(__always)
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        self = try ClaimOwner.read(&reader)
        try reader.finish()
    }

    /// Reads a record that is an owner and nothing else.
    static func decode(record bytes: RawSpan) -> ClaimOwner {
        trusted("claims") { () throws(RecordDamage) in try ClaimOwner(decoding: bytes) }
    }

    @inline(__always)
    static func read(_ reader: inout ValueReader) throws(RecordDamage) -> ClaimOwner {
        let kind = reader.byte()
        let number = reader.entity()
        guard !reader.failed else { throw .fields }
        switch kind {
        case 1: return .redemption(number)
        case 2: return .hold(number)
        default: throw .value
        }
    }
}
