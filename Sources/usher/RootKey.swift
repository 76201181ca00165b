import Engine
import Invitations

/// The key that may do everything, as a start finds it.
enum RootKey: Sendable {
    /// Given by the operator; it is never shown.
    case given
    /// Made by this start: shown now and never again.
    case made(String)
    /// Made and shown by an earlier start.
    case shownBefore

    /// Makes a root key when the operator gave none and none was ever made.
    ///
    /// - Throws: ``EngineError`` when it could not be made durable.
    static func prepare(_ engine: Engine, given: String?) async throws -> RootKey {
        guard given == nil else { return .given }
        guard try await !hasRootKey(engine), engine.decides else { return .shownBefore }
        let command = CreateKey(tenant: .default, name: "root key of the first start", scopes: ["root"])
        let created = try await engine.decide { context throws(Rejection) in
            try APIKeys.create(command, in: &context)
        }
        return .made(created.value.text)
    }

    /// Whether a key with the scope `root` was ever made, revoked or not: what an operator has taken back must not
    /// come back by a restart.
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
