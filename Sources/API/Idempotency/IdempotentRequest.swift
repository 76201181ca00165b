import Crypto
import Domain
import Engine
import Journal
import NIOCore
import Store
import Wire

/// A request that carries an `Idempotency-Key`: the key, and the fingerprint that tells a repeat from another request.
///
/// A key belongs to a credential, a method and a path. Only successes are kept: a refusal can stop being true, so it is
/// decided anew.
struct IdempotentRequest: Sendable {
    /// The outcome of a request.
    enum Outcome<Value: Sendable>: Sendable {
        /// It was decided now.
        case decided(Value)
        /// The same request was answered before, like this.
        case replayed(StoredAnswer)
        /// Another request was answered under this key.
        case otherRequest
    }

    let key: IdempotencyKey
    var fingerprint: [UInt8]
    /// The key as earlier versions stored it: for any path, and under no number for a root key of the command line.
    private let earlierKeys: [IdempotencyKey]

    /// Reads the field, and takes the fingerprint of a request whose body is there.
    init(
        field: String, access: Access, method: String, path: String, query: String?, body: ByteBuffer
    ) throws(Problem) {
        var fingerprint = RequestFingerprint(method: method, path: path, query: query)
        fingerprint.take(body)
        try self.init(field: field, access: access, method: method, path: path, fingerprint: fingerprint)
    }

    /// Reads the field: a quoted string (RFC 8941) or a bare one, of 1…255 characters.
    init(
        field: String, access: Access, method: String, path: String, fingerprint: RequestFingerprint
    ) throws(Problem) {
        var text = Substring(field)
        if text.utf8.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        guard (1...255).contains(text.utf8.count) else {
            throw .invalid(field: "Idempotency-Key", "The Idempotency-Key must have 1 to 255 characters.")
        }
        // A method and a path have no line feed, so that the three are unambiguous.
        let (key, bare) = ("\(method) \(path)\n\(text)", String(text))
        func stored(_ credential: EntityNumber, _ key: String) -> IdempotencyKey {
            IdempotencyKey(tenant: access.tenant, credential: credential, key: key)
        }
        self.key = stored(access.credential, key)
        var earlierKeys = [stored(access.credential, bare)]
        if access.isGivenRoot {
            let nobody = EntityNumber(rawValue: 0)
            earlierKeys += [stored(nobody, key), stored(nobody, bare)]
        }
        self.earlierKeys = earlierKeys
        self.fingerprint = fingerprint.bytes
    }

    /// Decides the request once: gives back what was stored for it, or runs the command and stores its success.
    ///
    /// The look-up, the change and the stored answer are one command, and so one frame.
    ///
    /// - Parameters:
    ///   - context: The context of the command.
    ///   - command: Runs the command; gives the value to answer now and the answer to store, nil to store none.
    /// - Returns: The value, or the stored answer.
    /// - Throws: The error of `command`.
    func decide<Value: Sendable>(
        in context: inout DecisionContext,
        _ command: (inout DecisionContext) throws(Rejection) -> (Value, StoredAnswer?)
    ) throws(Rejection) -> Outcome<Value> {
        if let record = success(under: key, in: context) {
            return record.fingerprint == fingerprint ? .replayed(StoredAnswer(record)) : .otherRequest
        }
        for key in earlierKeys {
            if let record = success(under: key, in: context), record.fingerprint == fingerprint {
                return .replayed(StoredAnswer(record))
            }
        }
        context.announceWrite()
        let (value, stored) = try command(&context)
        if let stored { store(stored, in: &context) }
        return .decided(value)
    }

    /// Finds the answer stored for the request; nil when there is none.
    ///
    /// - Throws: 422 when another request had the key.
    func stored(in state: Transaction, now: Timestamp) throws(Problem) -> IdempotencyRecord? {
        guard let record = earlier(in: state, now: now) else { return nil }
        guard record.fingerprint == fingerprint else { throw .idempotencyKeyReused }
        return record
    }

    /// Finds the success stored under the key, of whichever request.
    func earlier(in state: Transaction, now: Timestamp) -> IdempotencyRecord? {
        guard let record = Idempotency.lookup(key, state: state, now: now), record.status < 400 else { return nil }
        return record
    }

    /// Stores the answer of a success.
    func store(_ answer: StoredAnswer, in context: inout DecisionContext) {
        Idempotency.store(answer.record(fingerprint: fingerprint, createdAt: context.now), for: key, in: &context)
    }

    /// Stores another record than the answer itself, for a command that has looked up its key before.
    ///
    /// - Precondition: the body has at most ``Idempotency/bodyBytesMax`` bytes.
    func store(_ status: UInt16, kind: UInt8, body: [UInt8], in context: inout DecisionContext) {
        let record = IdempotencyRecord(
            fingerprint: fingerprint, createdAt: context.now, status: status, kind: kind, body: body)
        Idempotency.store(record, for: key, in: &context)
    }

    /// The stored success; stored failures, which earlier versions wrote, are ignored.
    private func success(under key: IdempotencyKey, in context: DecisionContext) -> IdempotencyRecord? {
        guard let record = Idempotency.lookup(key, state: context.state, now: context.now), record.status < 400 else {
            return nil
        }
        return record
    }
}
