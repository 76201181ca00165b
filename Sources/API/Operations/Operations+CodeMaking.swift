import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Wire

/// Making codes: random, vanity, signed.
extension Operations {
    static let codeMaking: [Operation] = [
        Operation(
            method: .post, path: admin + "/codes", name: "generateCodes",
            summary: "Makes random codes, all or none. More than 1,000 are answered as a stream.",
            chapter: .administration, need: .admin, body: .json(schema: "GenerateRequest"),
            replies: [
                Operation.Reply(
                    status: 201,
                    content: [
                        ("application/json", "CodeList"), ("application/x-ndjson", "Code"), ("text/csv", ""),
                    ])
            ], lane: .long, work: .commands(generateCodes)),
        Operation(
            method: .post, path: admin + "/codes/vanity", name: "createVanityCode",
            summary: "Makes a code with a text of choice.",
            chapter: .administration, need: .admin, body: .json(schema: "VanityRequest"),
            replies: [.json(201, "CodeEnvelope")], isTagged: true, work: .command(createVanityCode)),
        Operation(
            method: .post, path: admin + "/codes/signed", name: "signCode",
            summary: "Makes a code that needs no row before its first claim.",
            chapter: .administration, need: .admin, body: .json(schema: "SignRequest"),
            replies: [.json(201, "SignedCodeEnvelope")], work: .command(signCode)),
    ]

    /// More codes than this are not put into one JSON document.
    static let codesPerDocumentMax = 1000

    private static func generateCodes(_ call: Call, _ decide: Operation.Decide) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        if let record = try await keyed.lookUp(fingerprint(of: call)) { return try replay(record, call) }
        let order = try order(call)
        let format = CodeFormat(call, isLong: order.count > Int64(codesPerDocumentMax))
        guard format != .document else {
            keyed.leave()
            return try await decide(generateDocument)
        }
        let store = keyed.storing(fingerprint(of: call))
        let decided = try await call.api.engine.generateCodes(order, by: call.access.actor) {
            codes, context throws(Rejection) in
            store?.store(201, kind: StoredAnswer.madeCodes, body: codes.encoded, in: &context)
        }
        return stream(decided.value, format, call).at(decided.position)
    }

    private static func fingerprint(of call: Call) -> RequestFingerprint {
        var fingerprint = RequestFingerprint(call)
        fingerprint.take(call.body)
        return fingerprint
    }

    private static func order(_ call: Call) throws -> GenerateCodes {
        var fields = try call.fields()
        let count = fields.integer("count")
        if count == nil { fields.fail("count", "Is required.") }
        let order = GenerateCodes(
            tenant: call.tenant, count: count ?? 0, length: fields.integer("length"), terms: fields.codeTerms())
        try fields.check()
        return order
    }

    private static func generateDocument(_ call: Call) throws -> Operation.Command {
        let order = try order(call)
        let ids = call.ids
        return { context throws(Rejection) in document(try Codes.generate(order, in: &context), ids) }
    }

    private static func replay(_ record: IdempotencyRecord, _ call: Call) throws -> Answer {
        guard record.kind == StoredAnswer.madeCodes else { return StoredAnswer(record).answer }
        guard let codes = MadeCodes(decoding: record.body.span.bytes) else { throw Problem.internalError() }
        var answer = stream(codes, CodeFormat(call, isLong: true), call)
        answer.isReplayed = true
        return answer
    }

    /// The number of codes read at a time.
    private static let codesPerRead = 5000

    /// The codes as they were made, read again as they are sent: a million need no memory, and a repeat gets the same.
    private static func stream(_ codes: MadeCodes, _ format: CodeFormat, _ call: Call) -> Answer {
        let (engine, ids) = (call.api.engine, call.ids)
        return Answer(
            status: 201, type: format.type,
            body: .stream { writer in
                var rows = CodeRows(format: format, ids: ids)
                for start in stride(from: 0, to: codes.count, by: codesPerRead) {
                    let indexes = start..<min(start + codesPerRead, codes.count)
                    // The first read has waited for the codes to be in the tables, so the others find theirs.
                    let views = try await engine.read(current: start == 0) { snapshot, _ in
                        codes.views(indexes, in: snapshot)
                    }.value
                    for view in views {
                        rows.append(view)
                        if let chunk = rows.takeChunk() { try await writer.write(chunk) }
                    }
                }
                try await writer.write(rows.takeRest())
            })
    }

    private static func document(_ batch: CodeBatch, _ ids: PublicIDs) -> Answer {
        .data(201) { writer in
            writer.raw("[")
            for index in 0..<batch.count {
                if index > 0 { writer.raw(",") }
                ResourceWriter(ids: ids).write(batch.view(at: index), to: &writer)
            }
            writer.raw("]")
        }
    }

    private static func createVanityCode(_ call: Call) throws -> Operation.Command {
        var fields = try call.fields()
        let command = CreateVanityCode(
            tenant: call.tenant, text: fields.requiredText("code"), terms: fields.codeTerms())
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in
            envelope(try Codes.createVanity(command, in: &context), ids, status: 201)
        }
    }

    private static func signCode(_ call: Call) throws -> Operation.Command {
        var fields = try call.fields()
        let command = SignCode(
            tenant: call.tenant, campaign: fields.number("campaign_id"), maxUses: fields.integer("max_uses"),
            expiresAt: fields.time("expires_at", .end))
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in
            let code = try Codes.sign(command, in: &context)
            return .data(201) { ResourceWriter(ids: ids).write(code, to: &$0) }
        }
    }
}
