internal import Store

/// What a person has on a thing: the value of the unique table `claims`.
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
    static func decode(record bytes: RawSpan) -> ClaimOwner {
        var reader = ValueReader(bytes)
        let owner = decode(&reader)
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("claims") }
        return owner
    }

    static func decode(_ reader: inout ValueReader) -> ClaimOwner {
        let kind = reader.byte()
        let number = reader.entity()
        guard !reader.failed else { damagedRecord("claims") }
        switch kind {
        case 1: return .redemption(number)
        case 2: return .hold(number)
        default: damagedRecord("claims")
        }
    }
}
