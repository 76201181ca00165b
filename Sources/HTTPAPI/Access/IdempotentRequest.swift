import Crypto
import Engine
import Invitations
import Journal
import NIOCore

/// A request that carries an `Idempotency-Key`: the key, and the fingerprint that tells a repeat from another request.
struct IdempotentRequest: Sendable {
    /// What is known of the key.
    enum Known {
        /// Nothing: this is the first request.
        case fresh
        /// The same request was answered like this.
        case replay(IdempotencyRecord)
        /// Another request was answered under this key.
        case otherRequest
    }

    let key: IdempotencyKey
    let fingerprint: [UInt8]

    /// Reads the field: a quoted string (RFC 8941) or a bare one, of 1…255 characters.
    init(field: String, access: Access, method: String, path: String, body: ByteBuffer) throws(Problem) {
        var text = Substring(field)
        if text.utf8.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        guard (1...255).contains(text.utf8.count) else {
            throw .invalid(field: "Idempotency-Key", "The Idempotency-Key must have 1 to 255 characters.")
        }
        key = IdempotencyKey(tenant: access.tenant, credential: access.credential, key: String(text))
        var hash = SHA256()
        hash.update(data: Array("\(method) \(path)\n".utf8))
        hash.update(data: Array(body.readableBytesView))
        fingerprint = Array(hash.finalize())
    }

    /// Looks the key up in the state of a command.
    func lookup(in context: DecisionContext) -> Known {
        guard let record = Idempotency.lookup(key, state: context.state, now: context.now) else { return .fresh }
        return record.fingerprint == fingerprint ? .replay(record) : .otherRequest
    }

    /// Remembers the final answer.
    ///
    /// Answers above the domain's limit are not remembered.
    func store(_ status: UInt16, kind: UInt8, body: [UInt8], in context: inout DecisionContext) {
        guard body.count <= Idempotency.bodyBytesMax else { return }
        let record = IdempotencyRecord(
            fingerprint: fingerprint, createdAt: context.now, status: status, kind: kind, body: body)
        Idempotency.store(record, for: key, in: &context)
    }
}

extension Problem {
    static var stillRunning: Problem {
        var problem = Problem(409, "idempotency_in_progress", "The first request with this key is still running.")
        problem.retryAfterSeconds = 1
        return problem
    }

    static var idempotencyKeyReused: Problem {
        Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
    }

    /// What a call into the engine threw.
    init(anyError error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let rejection as Rejection: self.init(rejection)
        case let error as EngineError: self.init(error)
        default: self = .internalError()
        }
    }
}
