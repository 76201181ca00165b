internal import Store

/// Counts redemptions by others on the codes of an issuer.
struct IssuerCount: Equatable {
    var redemptions: UInt64
    var places: UInt64

    init?(decoding bytes: UnsafeRawBufferPointer) {
        var reader = VarintReader(bytes)
        redemptions = reader.varint()
        places = reader.varint()
        if reader.failed { return nil }
    }

    /// A count that has changed; nil when it would fall below 0.
    init?(_ known: IssuerCount?, changedBy sum: GroupedSum<IssuerGroup>) {
        let redemptions = Int64(known?.redemptions ?? 0) + sum.first
        let places = Int64(known?.places ?? 0) + sum.second
        guard redemptions >= 0, places >= 0 else { return nil }
        self.redemptions = UInt64(redemptions)
        self.places = UInt64(places)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: redemptions)
        bytes.append(varint: places)
        return bytes
    }
}
