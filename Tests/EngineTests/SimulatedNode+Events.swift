import Domain
import Journal
import Store

@testable import Engine

extension SimulatedNode {
    /// Every event of the journal.
    func events() throws -> [Event] {
        let reader = try JournalReader(Self.journal(disk), after: JournalPoint.beginning.position)
        var events: [Event] = []
        while let header = try reader.next(through: sequencer.logged.position) {
            events += try reader.withContents { try EventReader.events(of: header, $0) }
        }
        return events
    }

    /// Where the events of claims are not exactly the transitions that the rows show.
    func eventViolations() throws -> [String] {
        let snapshot = try settledSnapshot()
        var expected: [EventKind: [EntityNumber]] = [:]
        let page = PageRequest(limit: PageRequest.limitMax)
        let rows = Redemptions.list(RedemptionQuery(tenant: .default, page: page), in: snapshot).items
        expected[.codeRedeemed] = rows.map(\.number)
        expected[.redemptionReleased] = rows.filter { $0.releasedAt != nil }.map(\.number)
        let holds = Holds.list(
            HoldQuery(tenant: .default, page: page), in: snapshot, now: Timestamp(milliseconds: 0)
        ).items
        expected[.holdTaken] = holds.map(\.number)
        expected[.holdConfirmed] = holds.filter { $0.state == .confirmed }.map(\.number)
        expected[.holdReleased] = holds.filter { $0.state == .released }.map(\.number)
        let events = try events()
        var broken = expected.compactMap { kind, numbers in
            let told = events.filter { $0.kind == kind }.map(\.subject)
            return told.sorted { $0.rawValue < $1.rawValue } == numbers.sorted { $0.rawValue < $1.rawValue }
                ? nil : "\(kind.word): \(told.count) events, \(numbers.count) rows"
        }
        // A hold that ran out can have been confirmed late.
        let expired = events.filter { $0.kind == .holdExpired }.map(\.subject)
        let isExpired = Set(holds.filter { $0.state == .expired }.map(\.number)).isSubset(of: expired)
        if !isExpired || Set(expired).count != expired.count { broken.append("hold.expired") }
        if events.map(\.id).sorted() != events.map(\.id) { broken.append("the order") }
        return broken
    }
}
