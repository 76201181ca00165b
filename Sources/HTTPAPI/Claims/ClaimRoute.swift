import NIOHTTP1

/// The routes that are answered without a task and without the router.
enum ClaimRoute {
    case redeem
    case batch
    case hold

    /// Which claim route a request target names; nil for everything else.
    ///
    /// A query is allowed and ignored.
    init?(target: String) {
        let path = target.utf8.contains(UInt8(ascii: "?")) ? String(target.prefix { $0 != "?" }) : target
        switch path {
        case "/api/invitations/redeem": self = .redeem
        case "/api/invitations/redeem/batch": self = .batch
        case "/api/invitations/holds": self = .hold
        default: return nil
        }
    }
}

/// What a claim route needs to know of a request's head: taken in one walk over the fields.
struct ClaimHead {
    var route: ClaimRoute
    var isKeepAlive: Bool
    /// HTTP/1.0 knows no chunks.
    var knowsChunks: Bool
    var authorization: String?
    var tenant: String?
    var idempotencyKey: String?
    var minPosition: String?
    var waitMilliseconds: String?
    var traceparent: String?
    var contentLength: Int?
    var expectsContinue = false

    init(_ head: HTTPRequestHead, route: ClaimRoute) {
        self.route = route
        isKeepAlive = head.isKeepAlive
        knowsChunks = head.version == .http1_1
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 6 where ClaimHead.equals(name, "expect"):
                expectsContinue = value.lowercased() == "100-continue"
            case 11 where ClaimHead.equals(name, "traceparent"): traceparent = value
            case 12 where ClaimHead.equals(name, "usher-tenant"): tenant = value
            case 13 where ClaimHead.equals(name, "authorization"): authorization = value
            case 13 where ClaimHead.equals(name, "usher-wait-ms"): waitMilliseconds = value
            case 14 where ClaimHead.equals(name, "content-length"): contentLength = Int(value)
            case 15 where ClaimHead.equals(name, "idempotency-key"): idempotencyKey = value
            case 18 where ClaimHead.equals(name, "usher-min-position"): minPosition = value
            default: break
            }
        }
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
