/// The routes that are answered without a task: which of them, as ``Route/Work/claim(_:)`` says.
package enum ClaimRoute: Sendable {
    case redeem
    case batch
    case hold
}
