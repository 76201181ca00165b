import API
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
    /// - Returns: The key, and the lines of the log about keys that were made, revoked or reinstated for it.
    /// - Throws: ``EngineError`` when it could not be made durable.
    static func prepare(_ engine: Engine, given: String?) async throws -> (RootKey, [LogLine]) {
        func line(_ entry: LogEntry, _ number: EntityNumber) -> LogLine {
            LogLine(
                entry,
                [
                    (.subject, .text(String(engine.publicIDs.id(number)))), (.tenant, .text("default")),
                    (.by, given == nil ? nil : .text("given_root_key")),
                ])
        }
        if let given {
            guard engine.decides else { return (.given, []) }
            let kept = try await engine.decide(by: operatorAtStart) { context throws(Rejection) in
                try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: given), in: &context)
            }.value
            let revoked = kept.revoked.map { line(.keyRevoked, $0) }
            let valid: LogLine? =
                switch kept.change {
                case .none: nil
                case .created: line(.keyCreated, kept.number)
                case .reinstated: line(.keyReinstated, kept.number)
                }
            return (.given, [revoked, valid].compactMap(\.self))
        }
        guard try await !hasRootKey(engine), engine.decides else { return (.shownBefore, []) }
        let command = CreateKey(tenant: .default, name: "root key of the first start", scopes: ["root"])
        let created = try await engine.decide(by: operatorAtStart) { context throws(Rejection) in
            try APIKeys.create(command, in: &context)
        }
        return (.made(created.value.text), [line(.keyCreated, created.value.view.number)])
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
