import Domain
import Engine
import HTTPTypes
import Wire

/// A request that is carried out as several commands, under its `Idempotency-Key` if it has one.
///
/// While it lives, another request with the same key is answered 409. Its last command stores the answer.
struct KeyedCommands: ~Copyable {
    private let engine: Engine
    private let gate: IdempotencyGate
    private let request: IdempotentRequest?

    /// Reads the field and enters the gate.
    ///
    /// - Throws: a bad field, or 409 where the first request with this key is still running.
    init(_ call: Call) throws(Problem) {
        engine = call.api.engine
        gate = call.api.gate
        var request: IdempotentRequest?
        if let field = call.request.headers[.idempotencyKey] {
            let read = try IdempotentRequest(
                field: field, access: call.access, method: call.request.method.rawValue, path: call.path,
                fingerprint: RequestFingerprint(call))
            guard call.api.gate.enter(read.key) else { throw .stillRunning }
            request = read
        }
        self.request = request
    }

    deinit { if let request { gate.leave(request.key) } }

    /// True if the request has a key.
    var hasKey: Bool { request != nil }

    /// Finds the earlier answer to the request; nil when it is the first.
    ///
    /// - Throws: 422 when another request had the key.
    func lookUp(_ fingerprint: RequestFingerprint) async throws -> IdempotencyRecord? {
        guard let request = storing(fingerprint) else { return nil }
        return try await engine.view { state, now in Result { try request.stored(in: state, now: now) } }.value.get()
    }

    /// Finds the answer that was given under the key, whatever the request was; nil without one.
    func earlier() async throws -> IdempotencyRecord? {
        guard let request else { return nil }
        return try await engine.view { state, now in request.earlier(in: state, now: now) }.value
    }

    /// The earlier answer, where it was given to this request.
    ///
    /// - Throws: 422 when another request had the key.
    func check(
        _ earlier: IdempotencyRecord, _ fingerprint: RequestFingerprint
    ) throws(Problem) -> IdempotencyRecord {
        guard earlier.fingerprint == fingerprint.bytes else { throw .idempotencyKeyReused }
        return earlier
    }

    /// The request under which the answer is stored; nil without a key.
    func storing(_ fingerprint: RequestFingerprint) -> IdempotentRequest? {
        guard var request else { return nil }
        request.fingerprint = fingerprint.bytes
        return request
    }

    /// Leaves the gate, so that another part of the request can enter it.
    consuming func leave() {}
}
