/// Every way in, with what is meant to be different there.
enum ClaimDoors {
    static let plain = ClaimDoor(name: "plain")
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let traceField = "traceparent: 00-\(trace)-b7ad6b7169203331-01\r\n"

    static let others =
        heads + bodies + connections + batches + [
            ClaimDoor(
                name: "with an Idempotency-Key, twice", isKeyed: true,
                positionsDiffer:
                    "a success is stored under its key, which is a write also where the claim changes nothing"),
            ClaimDoor(name: "after restarts", restarts: ["again", "confirm", "free again", "half"]),
        ]

    private static let heads = [
        ClaimDoor(name: "a position that is reached", fields: "Usher-Min-Position: 1-1\r\n"),
        ClaimDoor(name: "a position and a time", fields: "Usher-Min-Position: 1-1\r\nUsher-Wait-Ms: 5\r\n"),
        ClaimDoor(
            name: "a tenant", fields: "Usher-Tenant: default\r\n", usesRootKey: true, contracts: [tenantIsForRoot]),
        ClaimDoor(name: "a trace", fields: traceField, trace: trace),
        ClaimDoor(
            name: "a trace behind the fast path",
            fields: traceField + "Usher-Wait-Ms: 5\r\n", trace: trace),
        ClaimDoor(name: "If-None-Match", fields: "If-None-Match: *\r\n"),
        ClaimDoor(name: "If-Match", fields: "If-Match: \"1-x\"\r\n"),
        ClaimDoor(name: "Accept", fields: "Accept: text/csv\r\nAccept-Encoding: gzip, zstd\r\n"),
        ClaimDoor(
            name: "unknown fields",
            fields: "X-Request-Id: 5\r\nCookie: a=b; c=d\r\nUser-Agent: t/1 (x)\r\nX-Forwarded-For: 192.0.2.1\r\n"),
        ClaimDoor(name: "a field that the fast path leaves", fields: "X-Tab: a\tb\r\n"),
        ClaimDoor(name: "another spelling of the path", target: { "http://host:1" + $0.replacing("m", with: "%6d") }),
        ClaimDoor(name: "an empty query", target: { $0 + "?" }),
        ClaimDoor(name: "Connection: close", fields: "Connection: close\r\n", contracts: [closes]),
        ClaimDoor(name: "HTTP/1.0", version: "HTTP/1.0", contracts: [closes]),
    ]

    private static let bodies = [
        ClaimDoor(name: "in pieces", way: .pieces(97)),
        ClaimDoor(name: "in chunks", way: .chunked, contracts: [chunksHaveNoEnd]),
        ClaimDoor(name: "Expect: 100-continue", way: .expecting, contracts: [refusedBeforeItsBody]),
    ]

    private static let connections = [
        ClaimDoor(name: "one connection", way: .kept),
        ClaimDoor(name: "one connection that read before", way: .keptAfterOther),
        ClaimDoor(name: "a client library", way: .client),
        ClaimDoor(name: "pipelined", way: .pipelined, positionsOfOthersDiffer: answeredEarly),
        ClaimDoor(
            name: "pipelined behind the fast path", way: .pipelined, fields: "Usher-Wait-Ms: 5\r\n",
            positionsOfOthersDiffer: answeredEarly),
    ]

    private static let batches = [
        ClaimDoor(name: "batches of a line", way: .lines, contracts: [lineHasStatus, lineHasNoHead]),
        ClaimDoor(name: "batches", way: .batches, contracts: [lineHasStatus, lineHasNoHead]),
        ClaimDoor(
            name: "batches with a trace", way: .batches, fields: traceField, trace: trace,
            contracts: [lineHasStatus, lineHasNoHead]),
    ]

    // MARK: Differences that are meant

    private static let answeredEarly =
        "the position is that of the node when it is read: claims before it are under way"

    private static let closes = ClaimDoor.Contract(
        "the client wants the connection to end", where: { _, _ in true }, { $0.fields["connection"] = "close" })

    private static let chunksHaveNoEnd = ClaimDoor.Contract(
        "nobody knows how much is left of a body in chunks that is too large: the connection ends",
        where: { _, answer in answer.status == 413 }, { $0.fields["connection"] = "close" })

    private static let refusedBeforeItsBody = ClaimDoor.Contract(
        "a body that waits for 100 and is refused does not come: the connection ends",
        where: { step, answer in step.key != .claims || answer.status == 413 }, { $0.fields["connection"] = "close" })

    private static let tenantIsForRoot = ClaimDoor.Contract(
        "only a root key may name a tenant", where: { step, _ in step.key == .reader },
        { $0.body = $0.body.replacing("'claims'", with: "'root'") })

    private static let lineHasStatus = ClaimDoor.Contract(
        "a line says its status, as a problem does anyway",
        where: { step, answer in step.isLine && answer.status == 200 },
        { $0.body = $0.body.replacing(/"already":(true|false)/) { "\($0.0),\"status\":200" } })

    private static let lineHasNoHead = ClaimDoor.Contract(
        "the head of a batch's answer has left before its lines are decided", where: { step, _ in step.isLine },
        { $0.fields = [:] })
}
