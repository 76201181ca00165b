internal import Store

/// What counts of a hold.
package struct HoldFacts: Equatable {
    package var campaign: UInt64
    package var createdMilliseconds: UInt64
    package var endMilliseconds: UInt64
    package var state: HoldState

    /// Reads the row of a hold; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let version = reader.byte()
        let flags = reader.byte()
        guard version == Hold.formatVersion, let state = HoldState(rawValue: reader.byte()) else { return nil }
        self.state = state
        if flags & ClaimFlags.code != 0 { _ = reader.compact() }
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        createdMilliseconds = reader.integer(width: 6)
        endMilliseconds = reader.integer(width: 6)
        guard !reader.failed else { return nil }
    }
}
