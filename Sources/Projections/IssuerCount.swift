internal import Store

/// Counts redemptions by others on the codes of an issuer.
struct IssuerCount: Equatable {
    var redemptions: UInt64
    var places: UInt64
    /// The time of the newest of them: the instant at which the issuer reached the figure.
    var newestMilliseconds: UInt64 = 0

    /// Reads a record of `metrics_issuers`.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        var reader = VarintReader(bytes)
        redemptions = reader.varint()
        places = reader.varint()
        newestMilliseconds = reader.varint()
        if reader.failed { return nil }
    }

    /// Reads a record of `metrics_issuer_times`, whose key has the time.
    init?(decodingBucket bytes: UnsafeRawBufferPointer) {
        var reader = VarintReader(bytes)
        redemptions = reader.varint()
        places = reader.varint()
        if reader.failed { return nil }
    }

    /// A count that has changed; nil when it would fall below 0.
    init?(_ known: IssuerCount?, redemptions: Int64, places: Int64) {
        let redemptions = Int64(known?.redemptions ?? 0) + redemptions
        let places = Int64(known?.places ?? 0) + places
        guard redemptions >= 0, places >= 0 else { return nil }
        self.redemptions = UInt64(redemptions)
        self.places = UInt64(places)
    }

    /// The record of `metrics_issuers`.
    var bytes: [UInt8] {
        var bytes = bucketBytes
        bytes.append(varint: newestMilliseconds)
        return bytes
    }

    /// The record of `metrics_issuer_times`.
    var bucketBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: redemptions)
        bytes.append(varint: places)
        return bytes
    }
}
