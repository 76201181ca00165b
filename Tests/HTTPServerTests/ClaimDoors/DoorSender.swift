import JSONText
import NIOCore
import TestSupport

@testable import HTTPServer
@testable import Wire

/// Sends steps through a door, and takes the answers.
struct DoorSender {
    let run: DoorRun
    let server: TestServer

    private var door: ClaimDoor { run.door }

    func send(_ steps: [ClaimStep]) async throws {
        switch door.way {
        case .alone, .pieces, .chunked, .expecting, .client, .lines:
            for step in steps { try await alone(step) }
        case .kept, .keptAfterOther:
            for steps in DoorSender.parts(of: steps) { try await kept(steps) }
        case .pipelined:
            for steps in DoorSender.parts(of: steps) { try await groups(of: steps, where: { _ in true }, pipelined) }
        case .batches: try await groups(of: steps, where: \.isLine, batch)
        }
    }

    /// The steps that one connection can take: a body that is too large ends it.
    private static func parts(of steps: [ClaimStep]) -> [[ClaimStep]] {
        var parts: [[ClaimStep]] = [[]]
        for step in steps {
            parts[parts.count - 1].append(step)
            if step.status == 413 { parts.append([]) }
        }
        return parts.filter { !$0.isEmpty }
    }

    private func kept(_ steps: [ClaimStep]) async throws {
        try await RawConnection.open(server) { connection in
            if case .keptAfterOther = door.way {
                try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = await connection.response()
            }
            for step in steps {
                begin(step)
                try await connection.send(head(step) + "\r\n" + step.body)
                take(try await answer(connection), of: step)
            }
        }
    }

    /// Sends neighbours together, as far as no time passes between them; what may not be together goes alone.
    private func groups(
        of steps: [ClaimStep], where isTogether: (ClaimStep) -> Bool, _ send: ([ClaimStep]) async throws -> Void
    ) async throws {
        var group: [ClaimStep] = []
        for step in steps {
            if !isTogether(step) || step.after > 0, !group.isEmpty {
                try await send(group)
                group = []
            }
            begin(step)
            if isTogether(step) { group.append(step) } else { try await request(step) }
        }
        if !group.isEmpty { try await send(group) }
    }

    private func begin(_ step: ClaimStep) { run.clock.advance(seconds: step.after) }

    private func alone(_ step: ClaimStep) async throws {
        begin(step)
        switch door.way {
        case .lines where step.isLine: try await batch([step])
        case .client: try await client(step)
        default: try await request(step)
        }
        if door.isKeyed { try await request(step, isRepeat: true) }
    }

    // MARK: One request

    private func request(_ step: ClaimStep, isRepeat: Bool = false) async throws {
        try await RawConnection.open(server) { connection in
            switch door.way {
            case .pieces(let size):
                let bytes = Array((head(step) + "\r\n" + step.body).utf8)
                for start in stride(from: 0, to: bytes.count, by: bytes.count > 9999 ? 9999 : size) {
                    let end = min(start + (bytes.count > 9999 ? 9999 : size), bytes.count)
                    try await connection.send(Array(bytes[start..<end]))
                }
            case .chunked:
                let middle = step.body.utf8.index(step.body.startIndex, offsetBy: step.body.utf8.count / 2)
                let parts = [step.body[..<middle], step.body[middle...]].filter { !$0.isEmpty }
                let chunks = parts.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
                try await connection.send(head(step, length: "Transfer-Encoding: chunked") + "\r\n\(chunks)0\r\n\r\n")
            case .expecting:
                try await connection.send(head(step) + "Expect: 100-continue\r\n\r\n")
                let first = try await answer(connection)
                guard first.status == 100 else { return take(first, of: step) }
                try await connection.send(step.body)
            default: try await connection.send(head(step) + "\r\n" + step.body)
            }
            let answer = try await answer(connection)
            if isRepeat { run.result.repeats.append(answer) } else { take(answer, of: step) }
        }
    }

    private func pipelined(_ steps: [ClaimStep]) async throws {
        try await RawConnection.open(server) { connection in
            try await connection.send(steps.map { head($0) + "\r\n" + $0.body }.joined())
            for step in steps { take(try await answer(connection), of: step) }
        }
    }

    private func batch(_ steps: [ClaimStep]) async throws {
        let reply = try await server.post(
            "/api/invitations/redeem/batch", steps.map(\.body).joined(separator: "\n"), key: key(of: steps[0]),
            headers: door.trace.map { ["traceparent": "00-\($0)-b7ad6b7169203331-01"] } ?? [:])
        let lines = reply.text.split(separator: "\n")
        guard reply.status == 200, lines.count == steps.count else { throw TestFailure("\(steps): \(reply)") }
        for (step, line) in zip(steps, lines) {
            let status = (try? JSONTree.parse(ByteBuffer(substring: line)))?.object?["status"]
            guard case .integer(let status)? = status else { throw TestFailure("a line without status: \(line)") }
            take(DoorAnswer(status: Int(status), fields: [:], body: String(line), trace: door.trace), of: step)
        }
    }

    private func client(_ step: ClaimStep) async throws {
        let reply = try await server.post(path(of: step), step.body, key: key(of: step))
        take(DoorAnswer(status: reply.status, fields: reply.headers, body: reply.text), of: step)
    }

    // MARK: Texts

    private func head(_ step: ClaimStep, length: String? = nil) -> String {
        let length = length ?? "Content-Length: \(step.body.utf8.count)"
        let key = door.isKeyed ? "Idempotency-Key: \(run.pass) \(step.name)\r\n" : ""
        return
            "POST \(door.target(path(of: step))) \(door.version)\r\nHost: x\r\nAuthorization: Bearer \(self.key(of: step))"
            + "\r\n\(length)\r\n\(door.fields)\(key)"
    }

    private func key(of step: ClaimStep) -> String { run.keys[step.key] ?? "" }

    private func path(of step: ClaimStep) -> String {
        let base = "/api/invitations"
        return switch step.route {
        case .redeem: base + "/redeem"
        case .hold: base + "/holds"
        case .confirm(let hold): base + "/holds/\(run.result.holds[hold] ?? 0)/confirm"
        case .release(let hold): base + "/holds/\(run.result.holds[hold] ?? 0)/release"
        case .extend(let hold): base + "/holds/\(run.result.holds[hold] ?? 0)/extend"
        }
    }

    private func answer(_ connection: RawConnection) async throws -> DoorAnswer {
        guard let response = await connection.response() else { throw TestFailure("\(door.name): no answer") }
        return DoorAnswer(response, trace: door.trace)
    }

    private func take(_ answer: DoorAnswer, of step: ClaimStep) {
        run.result.answers.append(answer)
        guard case .hold = step.route, run.pass == 0 else { return }
        let tree = try? JSONTree.parse(ByteBuffer(string: answer.body))
        if case .integer(let id)? = tree?.object?["hold"]?.object?["id"] { run.result.holds[step.name] = id }
    }
}
