internal import Store

/// Walks the codes of a campaign by number, a part at a time, as a transaction can: by point reads.
struct CodeWalk {
    let tenant: TenantNumber
    let campaign: EntityNumber
    /// The first number that was not looked at.
    private(set) var next: EntityNumber
    /// The number behind the last one to look at.
    let end: EntityNumber

    init(tenant: TenantNumber, campaign: EntityNumber, from next: EntityNumber, upTo end: EntityNumber) {
        self.tenant = tenant
        self.campaign = campaign
        self.next = next
        self.end = end
    }

    /// Visits the next codes, hidden ones too.
    ///
    /// - Parameters:
    ///   - state: The state to look in.
    ///   - codesMax: The most codes, or 63 more.
    ///   - lookupsMax: The most records of the index that are looked up.
    ///   - visit: Gets each number.
    /// - Returns: True if some are left.
    mutating func visit(
        in state: Transaction, codesMax: Int, lookupsMax: Int, _ visit: (EntityNumber) -> Void
    ) -> Bool {
        var block = NumberIndex.block(of: next)
        var (codes, lookups) = (0, 0)
        while block * NumberIndex.blockSize < end.rawValue {
            guard codes < codesMax, lookups < lookupsMax else {
                next = EntityNumber(rawValue: max(next.rawValue, block * NumberIndex.blockSize))
                return true
            }
            lookups += 1
            let key = RecordKeys.indexBlock(tenant, campaign, block)
            var bits = state.read(Tables.codesByCampaign, key) { NumberIndex.decode($0) } ?? 0
            while bits != 0 {
                let number = EntityNumber(
                    rawValue: block * NumberIndex.blockSize + UInt64(bits.trailingZeroBitCount))
                bits &= bits - 1
                guard next <= number, number < end else { continue }
                visit(number)
                codes += 1
            }
            block += 1
        }
        next = end
        return false
    }
}
