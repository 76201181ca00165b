import Engine
import HTTPTypes
import HummingbirdCore
import JSONText
import Journal
import NIOCore

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a field name is a token") }
        return name
    }

    static let link = known("Link")
    static let usherPosition = known("Usher-Position")
    static let usherAsOf = known("Usher-As-Of")
    static let usherPrimary = known("Usher-Primary")
    static let usherRegistration = known("Usher-Registration")
    static let usherMinPosition = known("Usher-Min-Position")
    static let usherWait = known("Usher-Wait-Ms")
    static let usherTenant = known("Usher-Tenant")
    static let idempotencyKey = known("Idempotency-Key")
    static let idempotentReplayed = known("Idempotent-Replayed")
    static let traceparent = known("traceparent")
}
