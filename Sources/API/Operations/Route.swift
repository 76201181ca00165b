package import Domain
package import HTTPTypes
package import JSONText
import Wire

/// One entry of the API: what registers it, what documents it, and what it asks of a key.
package struct Route: Sendable {
    /// What a route does with a request.
    package enum Work: Sendable {
        /// Served by ``ClaimConnectionHandler`` on a node that decides.
        case claim(ClaimRoute)
        /// Reads or streams; changes nothing by itself.
        case read(@Sendable (Call) async throws -> Answer)
        /// Makes a command of the request; the engine decides it, together with its idempotency record.
        case command(@Sendable (Call) throws -> Command)
        /// Carries out one command or several; it takes care of the idempotency key by itself.
        case commands(@Sendable (Call, Decide) async throws -> Answer)
    }

    /// Lets the engine decide the one command that is made of the request, together with its idempotency record.
    package typealias Decide = (@Sendable (Call) throws -> Command) async throws -> Answer

    /// Runs at the sequencer.
    ///
    /// The answer is rendered there, so that it can be stored with the change.
    package typealias Command = @Sendable (inout DecisionContext) throws(Rejection) -> Answer

    /// How a body comes.
    package enum Body: Sendable {
        case none
        /// JSON of at most 64 KiB that looks like the schema of this name.
        case json(schema: String)
        /// A stream of rows: ndjson, and CSV where it says so.
        case stream(schema: String, csv: Bool)
    }

    /// What a success looks like.
    package struct Success: Sendable {
        package var status: Int
        /// Media type → name of the schema; an empty name means free text.
        package var content: [(type: String, schema: String)]

        package static func json(_ schema: String) -> Success { json(200, schema) }

        package static func json(_ status: Int, _ schema: String) -> Success {
            Success(status: status, content: [("application/json", schema)])
        }
    }

    /// A parameter in the query.
    package struct Parameter: Sendable {
        package var name: String
        package var schema: JSONTree
        package var isRequired = false
    }

    package var method: HTTPRequest.Method
    package var path: String
    /// The operation's name, unique.
    package var operation: String
    package var summary: String
    package var need: Permission
    package var query: [Parameter] = []
    package var body = Body.none
    package var success: [Success]
    /// Members of the answer that are shown once, as paths: null in what is stored under an idempotency key.
    package var secrets: [[String]] = []
    /// Whether the answer says by which time it is judged.
    package var dependsOnTime = false
    /// Statuses of problems that the route has beside the common ones.
    package var problems: [Int] = []
    /// Whether it is answered also beyond the limit on connections.
    package var isAlwaysAnswered = false
    /// Which threads carry it out.
    package var lane = OperationLane.short
    package var work: Work
}

extension Route {
    /// Whether it asks for a decision, which only the primary makes.
    package var changesState: Bool {
        switch work {
        case .claim, .command, .commands: true
        case .read: false
        }
    }

    /// The names in braces, in order.
    package var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether a repeat with the same `Idempotency-Key` gets the stored answer.
    package var takesIdempotencyKey: Bool {
        switch work {
        case .command, .commands: true
        case .claim(let claim): claim != .batch
        case .read: false
        }
    }

    /// Whether the body is read as it comes, however long it is.
    package var streamsBody: Bool {
        if case .stream = body { true } else { false }
    }

    /// Which claim route it is.
    package var claim: ClaimRoute? {
        if case .claim(let claim) = work { claim } else { nil }
    }
}
