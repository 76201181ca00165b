package import HTTPTypes

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a field name is a token") }
        return name
    }

    package static let link = known("Link")
    package static let usherPosition = known("Usher-Position")
    package static let usherAsOf = known("Usher-As-Of")
    package static let usherPrimary = known("Usher-Primary")
    package static let usherRegistration = known("Usher-Registration")
    package static let usherMinPosition = known("Usher-Min-Position")
    package static let usherWait = known("Usher-Wait-Ms")
    package static let usherTenant = known("Usher-Tenant")
    package static let idempotencyKey = known("Idempotency-Key")
    package static let idempotentReplayed = known("Idempotent-Replayed")
    package static let traceparent = known("traceparent")
}
