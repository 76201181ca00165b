/// One thing for the sequencer to do.
enum Work {
    /// Claims on the hot path, as one sender handed them in: never copied on their way.
    case claims(ArraySlice<ClaimSubmission>, Mailbox)
    /// Anything else.
    case general(any GeneralWork)

    /// The number of commands that it is.
    var count: Int {
        switch self {
        case .claims(let submissions, _): submissions.count
        case .general: 1
        }
    }

    /// True if it only reads.
    var isView: Bool {
        switch self {
        case .general(let work): work.isView
        case .claims: false
        }
    }

    /// Takes off the first `limit` commands; nil behind them when that is all.
    func split(after limit: Int) -> (first: Work, rest: Work?) {
        guard case .claims(let submissions, let mailbox) = self, submissions.count > limit else { return (self, nil) }
        return (.claims(submissions.prefix(limit), mailbox), .claims(submissions.dropFirst(limit), mailbox))
    }
}
