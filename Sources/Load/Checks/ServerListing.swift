/// The server's lists of a run, gathered page by page.
public struct ServerListing: Sendable {
    /// The redeemers who have a live redemption.
    public var listed = NumberSet()
    /// The redeemers whose redemptions were released.
    public var released = NumberSet()
    /// Redeemers with two live redemptions.
    public var doubles: [Int] = []
    /// Redeemers whose redemption is on another code than they claimed.
    public var misplaced: [Int] = []
    /// Live redemptions whose redeemer is not of this run.
    public var foreign = 0
    /// Live redemptions by code id.
    var redemptions: [UInt64: Int] = [:]
    /// The codes, as they are listed.
    var codes: [JSONRows.Row] = []

    private static let pageItems = 5000
    private static let admin = "/api/admin/invitations"

    /// Makes an empty one.
    public init() {}

    /// Reads all redemptions and codes of a run's campaign.
    static func read(
        _ administration: any Administration, _ targets: ClaimTargets, _ names: RedeemerNames,
        progress: (_ read: Int) -> Void
    ) async throws -> ServerListing {
        var listing = ServerListing()
        var read = 0
        try await pages(administration, "/redemptions?campaign_id=\(targets.campaign)", names) { rows in
            for row in rows { listing.add(row, targets) }
            read += rows.count
            progress(read)
        }
        try await pages(administration, "/codes?campaign_id=\(targets.campaign)", names) { listing.codes += $0 }
        return listing
    }

    private static func pages(
        _ administration: any Administration, _ path: String, _ names: RedeemerNames,
        _ take: ([JSONRows.Row]) -> Void
    ) async throws {
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            let bytes = try await administration.send("GET", "\(admin)\(path)&limit=\(pageItems)\(more)", json: nil)
            let page = try JSONRows(bytes, names: names)
            take(page.rows)
            cursor = page.cursor
        } while cursor != nil
    }

    private mutating func add(_ row: JSONRows.Row, _ targets: ClaimTargets) {
        if !row.isReleased, let code = row.code { redemptions[code, default: 0] += 1 }
        guard let number = row.number else {
            if !row.isReleased { foreign += 1 }
            return
        }
        guard !row.isReleased else {
            released.insert(number)
            return
        }
        if !listed.insert(number) { doubles.append(number) }
        if row.code != targets.ids[targets.index(of: number)] { misplaced.append(number) }
    }
}
