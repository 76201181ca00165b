import Domain
import Engine

/// The root key, which may do everything, as a start finds it.
enum RootKey: Sendable {
    /// Given by the operator; it is never shown.
    case given
    /// Made by this start: shown now and never again.
    case made(String)
    /// Made and shown by an earlier start.
    case shownBefore

    /// Who acts at a start: the operator, without a key.
    private static let operatorAtStart = Actor.root(EntityNumber(rawValue: 0))

    /// Stores the hash of the key that the operator gave, so that it is there on replicas at a promotion; makes a root key
    /// when none was given and none was ever made.
    ///
    /// - Throws: ``EngineError`` when it could not be made durable.
    static func prepare(_ engine: Engine, given: String?) async throws -> RootKey {
        if let given {
            guard engine.decides else { return .given }
            _ = try await engine.decide(by: operatorAtStart) { context throws(Rejection) in
                try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: given), in: &context)
            }
            return .given
        }
        guard try await !hasRootKey(engine), engine.decides else { return .shownBefore }
        let command = CreateKey(tenant: .default, name: "root key of the first start", scopes: ["root"])
        let created = try await engine.decide(by: operatorAtStart) { context throws(Rejection) in
            try APIKeys.create(command, in: &context)
        }
        return .made(created.value.text)
    }

    /// True if a key with the scope `root` was ever made, revoked or not: a restart must not bring back a key that an
    /// operator has revoked.
    private static func hasRootKey(_ engine: Engine) async throws -> Bool {
        try await engine.read { snapshot, _ in
            var page = PageRequest(limit: PageRequest.limitMax)
            while true {
                let keys = APIKeys.list(tenant: .default, page: page, in: snapshot)
                if keys.items.contains(where: { $0.scopes.contains(.root) }) { return true }
                guard let next = keys.next else { return false }
                page.after = next
            }
        }.value
    }
}
