import Replication

extension NetworkFault {
    /// The failure of a command for this reason, with the options that can mend it.
    func failure(_ base: String, timeoutSeconds: Int) -> CommandFailure {
        let reason = reason(base)
        let text =
            switch self {
            case .nothingListens: "\(reason) Is the server running there (--url, USHER_URL)?"
            case .unknownName: "\(reason.dropLast()) (--url, USHER_URL)."
            case .doesNotAnswer: "\(base) has not answered within --timeout, which is \(timeoutSeconds) s."
            case .untrusted: "\(reason) For an authority of your own: --ca FILE (USHER_CA)."
            default: reason
            }
        var failure = CommandFailure(text, code: Exit.unreachable)
        if self == .lost { failure.outcome = .lost }
        if self == .doesNotAnswer { failure.outcome = .silent }
        return failure
    }

    /// The failure for an answer that no usher server gives.
    static func strange(status: UInt, url base: String) async -> CommandFailure {
        if await isSpokenToInHTTP(base) { return speaksHTTPS.failure(base, timeoutSeconds: 0) }
        return CommandFailure(
            "\(base) answered with \(status), and not as an usher server does; is it the right address (--url, USHER_URL)?",
            status: status)
    }
}
