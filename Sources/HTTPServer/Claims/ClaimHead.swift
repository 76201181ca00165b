import API
import Domain
import Journal
import NIOHTTP1
import Wire

/// Reads the parts of a request's head that claims need, in one walk over the fields.
struct ClaimHead {
    var claim: ClaimOperation
    /// The route in the table.
    var operation: Operation
    var target: RequestTarget
    var isKeepAlive: Bool
    /// HTTP/1.0 knows no chunks.
    var knowsChunks: Bool
    var authorization: String?
    var tenant: String?
    var idempotencyKey: String?
    var minPosition: String?
    var waitMilliseconds: String?
    private var traceparent: String?
    var contentLength: Int?
    var expectsContinue = false
    private var contentType: String?
    /// A field that may come once and came again.
    private var repeated: String?

    init(_ head: HTTPRequestHead, claim: ClaimOperation, operation: Operation, target: RequestTarget) {
        self.claim = claim
        self.operation = operation
        self.target = target
        isKeepAlive = head.isKeepAlive
        knowsChunks = head.version == .http1_1
        var authorizations = 0
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 6 where ClaimHead.equals(name, "expect"):
                expectsContinue = value.lowercased() == "100-continue"
            case 11 where ClaimHead.equals(name, "traceparent"): traceparent = value
            case 12 where ClaimHead.equals(name, "usher-tenant"): take(value, as: \.tenant, name)
            case 12 where ClaimHead.equals(name, "content-type"): take(value, as: \.contentType, name)
            case 13 where ClaimHead.equals(name, "authorization"):
                authorizations += 1
                authorization = authorizations == 1 ? value : nil
            case 13 where ClaimHead.equals(name, "usher-wait-ms"): take(value, as: \.waitMilliseconds, name)
            case 14 where ClaimHead.equals(name, "content-length"): contentLength = Int(value)
            case 15 where ClaimHead.equals(name, "idempotency-key"): take(value, as: \.idempotencyKey, name)
            case 18 where ClaimHead.equals(name, "usher-min-position"): take(value, as: \.minPosition, name)
            default: break
            }
        }
    }

    private mutating func take(_ value: String, as field: WritableKeyPath<ClaimHead, String?>, _ name: String) {
        if self[keyPath: field] != nil, repeated == nil { repeated = name }
        self[keyPath: field] = value
    }

    /// The trace that the request names.
    var traceID: TraceID? { traceparent.flatMap(TraceID.init(traceparent:)) }

    /// The fault of the fields and the query, which are judged after the key.
    var problem: Problem? {
        if let repeated { return .repeatedField(repeated) }
        do throws(Problem) {
            _ = try wait()
            _ = try target.parameters(knownTo: operation)
            return nil
        } catch {
            return error
        }
    }

    /// The position to wait for.
    func wait() throws(Problem) -> RequestFields.Wait? {
        try RequestFields.wait(position: minPosition, milliseconds: waitMilliseconds)
    }

    /// Compares a field name with a lower-case word, regardless of ASCII case.
    private static func equals(_ name: String, _ word: StaticString) -> Bool {
        var index = 0
        for byte in name.utf8 {
            let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            // Right: a StaticString's storage lives as long as the program, and the lengths are equal.
            if lower != word.utf8Start[index] { return false }
            index += 1
        }
        return true
    }
}
