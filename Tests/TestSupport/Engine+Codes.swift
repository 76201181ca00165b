internal import Domain
public import Engine

extension Engine {
    /// Counts the codes of the default tenant that a list of all shows.
    public func codesListed() async throws -> Int {
        try await read { snapshot, now in
            var count = 0
            Codes.forEach(CodeQuery(tenant: .default), in: snapshot, now: now) { _ in
                count += 1
                return true
            }
            return count
        }.value
    }
}
