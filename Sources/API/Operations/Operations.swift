import HTTPTypes

/// All operations, for ``OperationTable``, the OpenAPI document and the tests.
package enum Operations {
    /// True if a request that begins with this line is answered also beyond the limit on connections.
    package static func isAlwaysAnswered(requestLine: String) -> Bool {
        let words = requestLine.split(separator: " ")
        guard words.count > 1 else { return false }
        let match = OperationTable.all.match(RequestTarget(String(words[1])))
        return match?.place.operation(String(words[0]))?.isProbe ?? false
    }

    /// The path of a claim operation.
    package static func path(of claim: ClaimOperation) -> String {
        claimPaths[claim] ?? ""
    }

    private static let claimPaths = makeClaimPaths()

    // A loop: Swift 6.3.1 crashes on the same as one expression, where it optimises.
    private static func makeClaimPaths() -> [ClaimOperation: String] {
        var paths: [ClaimOperation: String] = [:]
        for operation in all {
            guard let claim = operation.claim, paths[claim] == nil else { continue }
            paths[claim] = operation.path
        }
        return paths
    }

    package static let user = "/api/invitations"
    package static let admin = "/api/admin/invitations"

    package static let all: [Operation] =
        claims + holds + campaigns + codes + codeMaking + codeStreams + redemptions + tenancy + service
        + replication + metrics + referrals + rewards
}
