import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Replication
import Wire

/// Health, figures for machines and the document.
extension Operations {
    static let service: [Operation] = [
        Operation(
            method: .get, path: "/livez", name: "livez", summary: "200 as long as the process runs.",
            chapter: .service, need: .nothing, replies: [Operation.Reply(status: 200, content: [("text/plain", "")])],
            isAlwaysAnswered: true, lane: .vital, work: .query { _ in .text("ok\n") }),
        Operation(
            method: .get, path: "/readyz", name: "readyz",
            summary:
                "200 while claims are taken, or on a replica reads that are fresh enough; 503 with the reasons otherwise.",
            chapter: .service, need: .nothing,
            query: [Operation.Parameter(name: "verbose", schema: ["type": "string"])],
            replies: [200, 503].map { status in
                Operation.Reply(status: status, content: [("text/plain", ""), ("application/json", "Readiness")])
            }, isAlwaysAnswered: true, lane: .vital, work: .query(readyz)),
        Operation(
            method: .get, path: "/metrics", name: "metrics", summary: "Figures in Prometheus text format.",
            chapter: .service, need: .nothing, replies: [Operation.Reply(status: 200, content: [("text/plain", "")])],
            isAlwaysAnswered: true,
            lane: .vital,
            work: .query { call in
                .text(PrometheusText(call.api).text, type: "text/plain; version=0.0.4; charset=utf-8")
            }),
        Operation(
            method: .get, path: "/openapi.json", name: "openapi", summary: "This document.",
            chapter: .service, need: .nothing, replies: [.json("Document")], isTagged: true,
            work: .query { call in
                var answer = Answer(body: .bytes(call.api.document))
                answer.tag = EntityTag.make(body: call.api.document)
                return answer
            }),
    ]

    private static func readyz(_ call: Call) async throws -> Answer {
        let status = call.api.engine.status
        let follower = call.api.replica?.follower.status
        let lag = follower.map(\.lagMilliseconds) ?? 0
        let readiness = Readiness(call.api)
        let isReady = readiness.isReady
        guard call.query["verbose"] != nil else {
            let text =
                isReady ? "ready\n" : "not ready: " + readiness.reasons.map(\.code).joined(separator: ", ") + "\n"
            return .text(text, status: isReady ? 200 : 503)
        }
        let phase = call.api.lifecycle.isDraining ? "draining" : status.phase.rawValue
        return Answer.json(isReady ? 200 : 503) { writer in
            writer.raw("{\"ready\":")
            writer.bool(isReady)
            writer.raw(",\"reasons\":[")
            for (index, reason) in readiness.reasons.enumerated() {
                if index > 0 { writer.raw(",") }
                writer.raw("{\"code\":")
                writer.string(reason.code)
                writer.raw(",\"message\":")
                writer.string(reason.message)
                writer.raw("}")
            }
            writer.raw("],\"state\":")
            writer.string(phase)
            writer.raw(",\"version\":")
            writer.string(call.api.version)
            writer.raw(",\"role\":")
            writer.string(status.standing.authority.name)
            writer.raw(",\"epoch\":")
            writer.integer(status.standing.epoch)
            writer.raw(",\"primary\":")
            writer.string(status.standing.primary)
            writer.raw(",\"lag_ms\":")
            writer.integer(lag)
            writer.raw(",\"sync_replicas\":")
            writer.integer(call.api.engine.quorum.required)
            writer.raw(",\"durability\":")
            writer.string(status.durability.description)
            writer.raw(",\"position\":")
            writer.position(status.position)
            writer.raw(",\"applied_position\":")
            writer.position(status.appliedPosition)
            writer.raw(",\"lag\":")
            writer.integer(status.position.sequence - min(status.position.sequence, status.appliedPosition.sequence))
            writer.raw(",\"free_disk_bytes\":")
            writer.integer(status.freeDiskBytes)
            writer.raw("}")
        }.at(status.position)
    }
}
