import HTTPTypes
import Testing

@testable import API

@Suite struct `Operations are declared honestly` {
    @Test(arguments: Operations.all)
    func `kind, method and body belong together`(operation: Operation) {
        let isRows = if case .rows = operation.body { true } else { false }
        let isNone = if case .none = operation.body { true } else { false }
        #expect(isRows == operation.streamsBody, "rows are read as they come, and nothing else is")
        switch operation.kind {
        case .claim: #expect(operation.method == .post && !isNone)
        case .command: #expect(operation.method != .get && !isRows)
        case .rows: #expect(operation.method == .post && isRows)
        case .query: #expect(operation.method == .get && isNone || operation.method == .post && !isRows)
        case .feed: #expect(operation.method == .get && isNone && !operation.isTagged)
        case .node: #expect(operation.method != .get && [.replicate, .root].contains(operation.need))
        }
        #expect(operation.needsPrimary || !operation.comparesVersions, "only what is decided can compare versions")
        #expect(operation.takesIdempotencyKey || operation.secrets.isEmpty, "only a stored answer hides members")
    }

    @Test func `have a name each, and every kind is in use`() {
        #expect(Set(Operations.all.map(\.name)).count == Operations.all.count)
        #expect(Set(Operations.all.map(\.kind)) == Set(Operation.Kind.allCases))
    }
}
