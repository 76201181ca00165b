import JSONText
import NIOHTTP1

/// Repeats of what was sent under a key.
extension APIClient {
    /// The pauses before each repeat: long enough for a server to restart.
    private static let pauses: [Duration] = [.milliseconds(200), .seconds(1), .seconds(2), .seconds(4), .seconds(8)]

    /// Sends what makes something, and sends it again under the same key when the connection is lost: it is made once.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - canRepeat: False where what is sent is there once only.
    ///   - work: Sends it.
    /// - Returns: The value that `work` gives.
    /// - Throws: ``CommandFailure``; where the outcome is not known it names the key under which a repeat is safe.
    func repeating<Result>(
        under key: CreationKey, canRepeat: Bool = true, _ work: () async throws -> Result
    ) async throws -> Result {
        var repeats = 0
        while true {
            do {
                return try await work()
            } catch let failure as CommandFailure {
                // A request that was never taken is repeated only behind one that was lost: that one may still run.
                let isWorthIt = failure.outcome == .lost || (repeats > 0 && APIClient.passes(failure))
                guard canRepeat, isWorthIt, repeats < APIClient.pauses.count else {
                    throw failure.naming(key, after: repeats)
                }
            }
            Terminal.note("The connection was lost; asking again under the same key, so that nothing is made twice.")
            try await Task.sleep(for: APIClient.pauses[repeats])
            repeats += 1
        }
    }

    /// True if a failure goes away by itself: the server starts, or the first request is still running.
    private static func passes(_ failure: CommandFailure) -> Bool {
        failure.code == Exit.unreachable || failure.status == 503 || failure.problem == "idempotency_in_progress"
    }

    /// Makes something: sends an object by POST under a key, again if the connection is lost.
    func create(_ path: String, _ fields: JSONObject, under options: CreationOptions) async throws -> APIAnswer {
        let key = options.makeKey()
        let answer = try await repeating(under: key) {
            try await document(.POST, path, Terms(creation: key), fields: fields)
        }
        if answer.isReplayed { Terminal.note("This was done before under the same key; nothing new was made.") }
        return answer
    }

    /// Changes something, again if the connection is lost; with a tag, only that version of it.
    func change(
        _ method: HTTPMethod, _ path: String, _ fields: JSONObject? = nil, tag: String? = nil
    ) async throws -> APIAnswer {
        let key = CreationKey()
        return try await repeating(under: key) {
            try await document(method, path, Terms(creation: key, tag: tag), fields: fields)
        }
    }
}

extension CommandFailure {
    /// The same failure; where nobody knows what became of the request, with the way to a safe repeat.
    fileprivate func naming(_ key: CreationKey, after repeats: Int) -> CommandFailure {
        let isUnknown =
            outcome != .known || repeats > 0 && code == Exit.unreachable || problem == "outcome_unknown"
        guard isUnknown else { return self }
        var failure = self
        failure.description += "\nIt is not known if it was done."
        failure.description +=
            key.canBeGiven
            ? " Run the command again with --idempotency-key \(key.text): it is then done once."
            : " Look before you run the command again."
        return failure
    }
}
