import HTTPTypes

/// The statuses that an operation answers with, as its declaration makes them possible.
extension Operation {
    /// The problems that can come, in order.
    var problemStatuses: [Int] {
        // Fields that come twice, the query, and a node that does not answer in time, drains, or has failed.
        var statuses = Set(problems + [400, 422, 503])
        // The key, its scope, the tenant that it names, strangers, and the position that is waited for.
        if need != .nothing { statuses.formUnion([401, 403, 404, 429, 504]) }
        if needsPrimary { statuses.insert(421) }
        // Every body has a limit, also one that is not wanted.
        if method != .get { statuses.insert(413) }
        // Another request with this key is running.
        if takesIdempotencyKey { statuses.insert(409) }
        if comparesVersions { statuses.insert(412) }
        return statuses.subtracting(replies.map(\.status)).sorted()
    }
}
