import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Store
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
        Operation(
            method: .post, path: admin + "/codes/signed", name: "signCode",
            summary:
                "Makes a code that needs no row before its first claim, or with count so many. More than 1,000 are "
                + "answered as a stream.",
            chapter: .administration, need: .admin, body: .json(SignCode.self),
            replies: [
                .rows(
                    201, of: SignedCode.self,
                    or: .any("SignedAnswer", of: signedShape.form, .list(of: SignedCode.self)))
            ],
            lane: .long, work: .commands(signCodes)),
    ]

    private static let signedShape = AnswerShape.data(SignedCode.self, status: 201)

    /// More codes than this are not put into one JSON document.
    static let codesPerDocumentMax = 1000

    private static func fingerprint(of call: Call) -> RequestFingerprint {
        var fingerprint = RequestFingerprint(call)
        fingerprint.take(call.body)
        return fingerprint
    }

    // MARK: Random codes

    private static func generateCodes(_ call: Call, _ decide: Operation.Decide) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        if let record = try await keyed.lookUp(fingerprint(of: call)) { return try await replay(record, call) }
        let order = try call.read(GenerateCodes.self)
        let format = RowFormat(call, isLong: order.count > Int64(codesPerDocumentMax))
        let (engine, store) = (call.api.engine, keyed.storing(fingerprint(of: call)))
        guard format == .document else {
            let decided = try await engine.generateCodes(order, by: call.access.actor) {
                codes, context throws(Rejection) in
                store?.store(201, kind: StoredAnswer.madeCodes, body: codes.encoded, in: &context)
            }
            return stream(decided.value, format, call).at(decided.position)
        }
        let decided = try await engine.decide(by: call.access.actor) { context throws(Rejection) in
            let batch = try Codes.generate(order, in: &context)
            store?.store(201, kind: StoredAnswer.madeCodes, body: batch.codes.encoded, in: &context)
            return batch
        }
        let batch = decided.value
        return .shown(201, listOf: CodeView.self, count: batch.count) { batch.view(at: $0) }.at(decided.position)
    }

    /// The answer to a repeat: made anew from what the command has made.
    private static func replay(_ record: IdempotencyRecord, _ call: Call) async throws -> Answer {
        var answer: Answer
        switch record.kind {
        case StoredAnswer.madeCodes:
            guard let codes = MadeCodes(decoding: record.body.span.bytes) else { throw Problem.internalError() }
            let format = RowFormat(call, isLong: codes.count > codesPerDocumentMax)
            answer =
                format == .document
                ? try await document(CodeView.self, codes.count, call) { codes.views($0, in: $1) }
                : stream(codes, format, call)
        case StoredAnswer.signedCodes:
            guard let codes = SignedCodes(decoding: record.body.span.bytes) else { throw Problem.internalError() }
            answer = try await self.answer(codes, call)
        default: return StoredAnswer(record).answer
        }
        answer.isReplayed = true
        return answer
    }

    private static func stream(_ codes: MadeCodes, _ format: RowFormat, _ call: Call) -> Answer {
        stream(CodeView.self, codes.count, format, call) { codes.views($0, in: $1) }
    }

    // MARK: Signed codes

    private static func signCodes(_ call: Call, _ decide: Operation.Decide) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        if let record = try await keyed.lookUp(fingerprint(of: call)) { return try await replay(record, call) }
        let order = try call.read(SignCode.self)
        let (engine, store) = (call.api.engine, keyed.storing(fingerprint(of: call)))
        guard order.count != nil else {
            let ids = call.ids
            let decided = try await engine.decide(by: call.access.actor) { context throws(Rejection) in
                let code = try Codes.sign(order, in: &context).codes(0..<1, in: context.state)[0]
                let stored = StoredAnswer(Answer.shown(signedShape, code).stored(ids).stored)
                if let store, let stored { store.store(stored, in: &context) }
                return code
            }
            return .shown(signedShape, decided.value).at(decided.position)
        }
        let decided = try await engine.decide(by: call.access.actor) { context throws(Rejection) in
            let codes = try Codes.sign(order, in: &context)
            store?.store(201, kind: StoredAnswer.signedCodes, body: codes.encoded, in: &context)
            return codes
        }
        return try await answer(decided.value, call).at(decided.position)
    }

    private static func answer(_ codes: SignedCodes, _ call: Call) async throws -> Answer {
        let format = RowFormat(call, isLong: codes.count > codesPerDocumentMax)
        guard format == .document else {
            return stream(SignedCode.self, codes.count, format, call) { codes.codes($0, in: $1) }
        }
        return try await document(SignedCode.self, codes.count, call) { codes.codes($0, in: $1) }
    }

    // MARK: Many

    /// The number of codes read at a time.
    private static let codesPerRead = 5000

    /// Codes as they were made, read again for the answer.
    private static func document<R: TableResource>(
        _ resource: R.Type, _ count: Int, _ call: Call,
        read: @escaping @Sendable (Range<Int>, Snapshot) -> [R.Value]
    ) async throws -> Answer {
        let values = try await call.api.engine.read { snapshot, _ in read(0..<count, snapshot) }.value
        return .shown(201, listOf: R.self, count: values.count) { values[$0] }
    }

    /// Codes as they were made, read again as they are sent: a million need no memory, and a repeat gets the same.
    private static func stream<R: TableResource>(
        _ resource: R.Type, _ count: Int, _ format: RowFormat, _ call: Call,
        read: @escaping @Sendable (Range<Int>, Snapshot) -> [R.Value]
    ) -> Answer {
        let (engine, ids) = (call.api.engine, call.ids)
        return Answer(
            status: 201, type: format.type,
            body: .stream { writer in
                var rows = RowWriter<R>(format: format, ids: ids)
                for start in stride(from: 0, to: count, by: codesPerRead) {
                    let indexes = start..<min(start + codesPerRead, count)
                    // The first read has waited for the codes to be in the tables, so the others find theirs.
                    let values = try await engine.read(current: start == 0) { snapshot, _ in
                        read(indexes, snapshot)
                    }.value
                    for value in values {
                        rows.append(value)
                        if let chunk = rows.takeChunk() { try await writer.write(chunk) }
                    }
                }
                try await writer.write(rows.takeRest())
            })
    }
}
