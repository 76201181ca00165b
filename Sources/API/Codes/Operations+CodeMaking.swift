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
            chapter: .administration, need: .admin, body: .json(GenerateCodes.self),
            replies: [.rows(201, of: CodeView.self, or: .list(of: CodeView.self))], lane: .long,
            work: .commands(generateCodes)),
        .command(
            .post, admin + "/codes/vanity", "createVanityCode", "Makes a code with a text of choice.",
            takes: CreateVanityCode.self, gives: .data(CodeView.self, status: 201), by: Codes.createVanity),
        .command(
            .post, admin + "/codes/signed", "signCode", "Makes a code that needs no row before its first claim.",
            takes: SignCode.self, gives: .data(SignedCode.self, status: 201), by: Codes.sign),
    ]

    /// More codes than this are not put into one JSON document.
    static let codesPerDocumentMax = 1000

    private static func generateCodes(_ call: Call, _ decide: Operation.Decide) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        if let record = try await keyed.lookUp(fingerprint(of: call)) { return try replay(record, call) }
        let order = try call.read(GenerateCodes.self)
        let format = RowFormat(call, isLong: order.count > Int64(codesPerDocumentMax))
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

    private static func generateDocument(_ call: Call) throws -> Operation.Command {
        let order = try call.read(GenerateCodes.self)
        return { context throws(Rejection) in
            let batch = try Codes.generate(order, in: &context)
            return .shown(201, listOf: CodeView.self, count: batch.count) { batch.view(at: $0) }
        }
    }

    private static func replay(_ record: IdempotencyRecord, _ call: Call) throws -> Answer {
        guard record.kind == StoredAnswer.madeCodes else { return StoredAnswer(record).answer }
        guard let codes = MadeCodes(decoding: record.body.span.bytes) else { throw Problem.internalError() }
        var answer = stream(codes, RowFormat(call, isLong: true), call)
        answer.isReplayed = true
        return answer
    }

    /// The number of codes read at a time.
    private static let codesPerRead = 5000

    /// The codes as they were made, read again as they are sent: a million need no memory, and a repeat gets the same.
    private static func stream(_ codes: MadeCodes, _ format: RowFormat, _ call: Call) -> Answer {
        let (engine, ids) = (call.api.engine, call.ids)
        return Answer(
            status: 201, type: format.type,
            body: .stream { writer in
                var rows = RowWriter<CodeView>(format: format, ids: ids)
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
}
