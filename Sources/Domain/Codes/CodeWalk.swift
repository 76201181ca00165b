internal import Store

/// Walks the codes of a campaign by number, a part at a time.
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
    ///   - visit: Gets each number.
    /// - Returns: True if some may be left.
    mutating func visit(in state: Transaction, codesMax: Int, _ visit: (EntityNumber) -> Void) -> Bool {
        guard next < end else { return false }
        let last = NumberIndex.block(of: EntityNumber(rawValue: end.rawValue - 1))
        // Each record has a code.
        let blocks = state.numbers(
            Tables.codesByCampaign, prefix: RecordKeys.entity(tenant, campaign), from: NumberIndex.block(of: next),
            below: last + 1, atMost: codesMax)
        var codes = 0
        for block in blocks {
            guard codes < codesMax else {
                next = max(next, EntityNumber(rawValue: block * NumberIndex.blockSize))
                return true
            }
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
        }
        next = end
        if blocks.count == codesMax, let block = blocks.last {
            next = min(end, EntityNumber(rawValue: (block + 1) * NumberIndex.blockSize))
        }
        return next < end
    }
}
