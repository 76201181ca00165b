package import Domain
package import HTTPTypes
package import JSONText

/// One entry of the API: its path, its documentation, its permission and its work.
package struct Operation: Sendable {
    /// The kind of an operation, from which the promises to clients follow.
    package enum Kind: String, CaseIterable, Sendable {
        /// Decides claims: one, or each line of a batch.
        case claim
        /// Changes the state, by one command or by several.
        case command
        /// A command over a body of rows, however many.
        case rows
        /// Reads.
        case query
        /// Reads without an end: the answer lasts until one side goes away.
        case feed
        /// Changes this node and not the state: it is in no frame, and every node does it.
        case node
    }

    /// The code that carries out an operation.
    package enum Work: Sendable {
        /// Decides claims: by the connections on a node that decides, as a command with an `Idempotency-Key`.
        case claim(ClaimOperation)
        /// Makes a command of the request; the engine decides it, together with its idempotency record.
        case command(@Sendable (Call) throws -> Command)
        /// Carries out one command or several; it takes care of the idempotency key by itself.
        case commands(@Sendable (Call, Decide) async throws -> Answer)
        /// Carries out one command or several and reads the rows of the body itself; it takes care of the idempotency
        /// key.
        case rows(@Sendable (Call) async throws -> Answer)
        /// Reads the state or the node.
        case query(@Sendable (Call) async throws -> Answer)
        /// Begins an answer that has no end.
        case feed(@Sendable (Call) async throws -> Answer)
        /// Changes the node.
        case node(@Sendable (Call) async throws -> Answer)
    }

    /// Lets the engine decide the one command that is made of the request, together with its idempotency record.
    package typealias Decide = (@Sendable (Call) throws -> Command) async throws -> Answer

    /// Runs at the sequencer and gives a value.
    ///
    /// Its text is made when the decision is over, on the threads of the operation's lane; only what is stored under an
    /// `Idempotency-Key` is made at once, since it is part of the change.
    package typealias Command = @Sendable (inout DecisionContext) throws(Rejection) -> Answer

    /// The body that an operation takes.
    enum Body: Sendable {
        case none
        /// JSON of at most 64 KiB.
        case json(any RequestBody.Type, isRequired: Bool = true)
        /// Rows of any number: ndjson, and CSV where it says so.
        case rows(any RequestBody.Type, csv: Bool)

        /// The body that is read; nil for none.
        var form: (any RequestBody.Type)? {
            switch self {
            case .none: nil
            case .json(let form, _), .rows(let form, _): form
            }
        }
    }

    /// An answer that is no problem.
    struct Reply: Sendable {
        var status: Int
        /// Media type → form.
        var content: [(type: String, form: AnswerForm)]
    }

    /// A parameter in the query.
    package struct Parameter: Sendable {
        package var name: String
        package var schema: JSONTree
        package var isRequired = false
    }

    /// The chapter of the document that an operation is in.
    package enum Chapter: String, Sendable {
        case claims, administration, service
    }

    package var method: HTTPRequest.Method
    package var path: String
    /// The operation's name in the document, unique.
    package var name: String
    package var summary: String
    package var chapter: Chapter
    /// The permission that it needs.
    package var need: Permission
    package var query: [Parameter] = []
    var body = Body.none
    var replies: [Reply]
    /// True if its answers have an entity tag, so that a read can be conditional.
    package var isTagged = false
    /// True if the command is given the versions that `If-Match` names.
    package var comparesVersions = false
    /// True if the answer says by which time it is judged.
    package var dependsOnTime = false
    /// Statuses of problems that its work can cause, beside those that follow from its declaration.
    package var problems: [Int] = []
    /// True if machines ask it how the node is: answered also beyond the limit on connections, and whatever the query
    /// says.
    package var isProbe = false
    /// The line of the node's log that tells of a success; nil for none.
    var logged: LogEntry?
    /// The threads that carry it out.
    package var lane = OperationLane.short
    package var work: Work
}

extension Operation {
    /// Its kind, which follows from ``work``.
    package var kind: Kind {
        switch work {
        case .claim: .claim
        case .command, .commands: .command
        case .rows: .rows
        case .query: .query
        case .feed: .feed
        case .node: .node
        }
    }

    /// True if it asks for a decision: every node but the primary answers 421, before it reads the body.
    package var needsPrimary: Bool {
        switch kind {
        case .claim, .command, .rows: true
        case .query, .feed, .node: false
        }
    }

    /// True if something may have changed when its answer does not come.
    package var mayChange: Bool { needsPrimary || kind == .node }

    /// True if a repeat with the same `Idempotency-Key` gets the stored answer.
    package var takesIdempotencyKey: Bool {
        switch work {
        case .claim(let claim): claim.takesIdempotencyKey
        case .command, .commands, .rows: true
        case .query, .feed, .node: false
        }
    }

    /// True if the body is read as it comes, however long it is, with a deadline for each part of it.
    package var streamsBody: Bool {
        switch work {
        case .claim(let claim): claim.isBatch
        case .rows: true
        case .command, .commands, .query, .feed, .node: false
        }
    }

    /// True if `If-None-Match` can make its answer 304.
    package var isConditionalRead: Bool { isTagged && method == .get }

    /// The names of members of its answers that are shown once.
    var secrets: [String] { replies.flatMap { $0.content.flatMap(\.form.secrets) } }

    /// True if the position is the last member of its answers, as claims have it.
    var carriesPosition: Bool { replies.contains { $0.content.contains { $0.form.carriesPosition } } }

    /// The claim operation that it is; nil for all others.
    package var claim: ClaimOperation? {
        if case .claim(let claim) = work { claim } else { nil }
    }

    /// The parameters of the path, in order.
    ///
    /// - Precondition: each is one that paths can have.
    var pathParameters: [PathParameter] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { name in
            guard let parameter = PathParameter(rawValue: String(name.dropFirst().dropLast())) else {
                preconditionFailure("a parameter of a path is one of PathParameter: \(name)")
            }
            return parameter
        }
    }
}
