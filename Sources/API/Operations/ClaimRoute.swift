import Domain
import Journal
import NIOHTTP1

/// The routes that are answered without a task: which of them, as ``Route/Work/claim(_:)`` says.
enum ClaimRoute: Sendable {
    case redeem
    case batch
    case hold
}
