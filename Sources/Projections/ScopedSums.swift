internal import Store

/// Sums in the scopes in which they are kept: every change counts for its whole tenant and for its campaign.
struct ScopedSums<Group: ChangeGroup> {
    let wholes: [GroupedSum<Group>]
    let campaigns: [GroupedSum<Group>]

    init(_ sums: [GroupedSum<Group>]) {
        wholes = sums.map { sum in
            var sum = sum
            sum.group.campaign = 0
            return sum
        }.merged()
        campaigns = sums.filter { $0.group.campaign != 0 }
    }
}

extension ScopedSums where Group: TimedGroup {
    /// Calls a body with the sums of each bucket of each level, in the order of the keys within a scope and level.
    ///
    /// - Returns: false as soon as the body does.
    func allBuckets(
        _ body: (ScopedBucket, ArraySlice<GroupedSum<Group>>) throws(StoreError) -> Bool
    ) throws(StoreError) -> Bool {
        for sums in [wholes, campaigns] {
            for level in TimeLevel.allCases {
                guard try ScopedSums.allBuckets(of: level, in: sums, body) else { return false }
            }
        }
        return true
    }

    private static func allBuckets(
        of level: TimeLevel, in sums: [GroupedSum<Group>],
        _ body: (ScopedBucket, ArraySlice<GroupedSum<Group>>) throws(StoreError) -> Bool
    ) throws(StoreError) -> Bool {
        var start = 0
        while start < sums.count {
            let first = sums[start].group
            let bucket = level.bucket(first.second)
            var end = start + 1
            while end < sums.count, sums[end].group.tenant == first.tenant, sums[end].group.campaign == first.campaign,
                level.bucket(sums[end].group.second) == bucket
            {
                end += 1
            }
            let scoped = ScopedBucket(tenant: first.tenant, campaign: first.campaign, level: level, bucket: bucket)
            guard try body(scoped, sums[start..<end]) else { return false }
            start = end
        }
        return true
    }
}
