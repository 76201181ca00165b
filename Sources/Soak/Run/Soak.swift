import Foundation
import Synchronization

/// One run: the nodes, the oracle's books, and the end.
final class Soak: Sendable {
    let plan: SoakPlan
    let log: StepLog
    let findings: Findings
    let availability: Availability
    let ids: IDRegister
    let book: ClaimBook
    let etags: ETagBook
    let resources: ResourceSampler
    let cluster: Cluster
    let client: APIClient
    let keys = KeyRing()
    let codes = CodePool()
    /// The instant at which the steps end; nil before they begin.
    private let deadline = Mutex<ContinuousClock.Instant?>(nil)
    private let isInterrupted = Mutex(false)

    init(
        _ plan: SoakPlan, log: StepLog, findings: Findings, availability: Availability, cluster: Cluster,
        client: APIClient
    ) {
        (self.plan, self.log, self.findings, self.availability) = (plan, log, findings, availability)
        (self.cluster, self.client) = (cluster, client)
        ids = IDRegister(findings)
        book = ClaimBook(findings, ids, availability)
        etags = ETagBook(findings)
        resources = ResourceSampler(findings)
    }

    /// Starts the time of the steps.
    func beginSteps() { deadline.withLock { $0 = .now + plan.duration } }

    /// True when the steps must end: the time is up, the run was interrupted, or a promise is broken.
    var isOver: Bool {
        deadline.withLock { $0.map { ContinuousClock.now >= $0 } ?? false } || isInterrupted.withLock { $0 }
            || (!plan.keepsGoing && !findings.isEmpty)
    }

    var wasInterrupted: Bool { isInterrupted.withLock { $0 } }

    /// Ends the steps.
    func interrupt() { isInterrupted.withLock { $0 = true } }

    /// Sleeps unless the run is over.
    func rest(_ duration: Duration) async {
        let end = ContinuousClock.now + duration
        while !isOver, ContinuousClock.now < end { await pause(min(.milliseconds(50), end - .now)) }
    }
}
