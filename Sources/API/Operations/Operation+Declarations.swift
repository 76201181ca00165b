import Domain
import Engine
import HTTPTypes
import Journal
import Store
import Wire

/// Operations as most are declared: a body, the domain's function, and the resource that it gives.
extension Operation {
    /// Declares a command with a body.
    ///
    /// Most bodies read a command of the domain. `decide` decides it on the sequencer's thread; the text of its value is
    /// made after that.
    static func command<B: RequestBody, R: Resource>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String,
        chapter: Chapter = .administration, need: Permission = .admin, takes body: B.Type, gives shape: AnswerShape<R>,
        comparesVersions: Bool = false, logged: LogEntry? = nil,
        by decide: @escaping @Sendable (B.Value, inout DecisionContext) throws(Rejection) -> R.Value
    ) -> Operation {
        Operation(
            method: method, path: path, name: name, summary: summary, chapter: chapter, need: need,
            body: .json(B.self), replies: [Reply(shape)], isTagged: R.tagVersion != nil,
            comparesVersions: comparesVersions, logged: logged,
            work: .command { call in
                let value = try call.read(B.self, about: R.noun)
                return { context throws(Rejection) in .shown(shape, try decide(value, &context)) }
            })
    }

    /// Declares a command that its path says all of.
    static func command<R: Resource>(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String,
        chapter: Chapter = .administration, need: Permission = .admin, gives shape: AnswerShape<R>,
        logged: LogEntry? = nil,
        by decide: @escaping @Sendable (RequestScope, inout DecisionContext) throws(Rejection) -> R.Value
    ) -> Operation {
        Operation(
            method: method, path: path, name: name, summary: summary, chapter: chapter, need: need,
            replies: [Reply(shape)], isTagged: R.tagVersion != nil, logged: logged,
            work: .command { call in
                let scope = try RequestScope(call, noun: R.noun)
                return { context throws(Rejection) in .shown(shape, try decide(scope, &context)) }
            })
    }

    /// Declares a read of the thing that the path names; nil is a 404.
    static func one<R: Resource>(
        _ path: String, _ name: String, _ summary: String, chapter: Chapter = .administration,
        need: Permission = .read, gives shape: AnswerShape<R>, dependsOnTime: Bool = false,
        _ find: @escaping @Sendable (RequestScope, Transaction, Timestamp) -> R.Value?
    ) -> Operation {
        Operation(
            method: .get, path: path, name: name, summary: summary, chapter: chapter, need: need,
            replies: [Reply(shape)], isTagged: true, dependsOnTime: dependsOnTime,
            work: .query { call in
                let scope = try RequestScope(call, noun: R.noun)
                let decided = try await call.api.engine.view { state, now in find(scope, state, now) }
                guard let value = decided.value else { throw Problem.notFound(R.noun) }
                var answer = Answer.shown(shape, value, isTagged: true).at(decided.position)
                if dependsOnTime { answer.asOf = decided.time }
                return answer
            })
    }

    /// Reads a page of a list.
    typealias PageRead<Value> = @Sendable (Snapshot, Timestamp) throws -> Page<Value>

    /// Declares a list, page by page.
    ///
    /// `find` reads the filters of a request, and gives the read of a page.
    static func list<R: Resource>(
        _ path: String, _ name: String, _ summary: String, need: Permission = .read, filters: [Parameter] = [],
        of resource: R.Type, dependsOnTime: Bool = false,
        _ find: @escaping @Sendable (Call, PageRequest) throws -> PageRead<R.Value>
    ) -> Operation {
        Operation(
            method: .get, path: path, name: name, summary: summary, chapter: .administration, need: need,
            query: filters + Parameter.page, replies: [Reply(200, .page(of: R.self))], isTagged: true,
            dependsOnTime: dependsOnTime,
            work: .query { call in
                let listing = try Listing(call)
                let read = try find(call, listing.page)
                let decided = try await call.api.engine.read(
                    orOlder: !call.wantsCurrent, length: listing.length, read)
                var answer = listing.answer(decided.value, of: R.self).at(decided.position)
                if dependsOnTime { answer.asOf = decided.time }
                return answer
            })
    }
}

extension Operation.Reply {
    /// JSON in that shape.
    init(_ shape: AnswerShape<some Resource>) {
        self.init(shape.status, shape.form)
    }

    /// Rows of any number, as ndjson and as CSV.
    static func rows(_ status: Int = 200, of resource: (some TableResource).Type, or document: AnswerForm? = nil)
        -> Operation.Reply
    {
        let form = AnswerForm(name: resource.schemaName, schemas: resource.named)
        return Operation.Reply(
            status: status,
            content: (document.map { [("application/json", $0)] } ?? []) + [
                ("application/x-ndjson", form), ("text/csv", .text),
            ])
    }

    /// JSON in that form.
    init(_ status: Int, _ form: AnswerForm) {
        self.init(status: status, content: [("application/json", form)])
    }
}
