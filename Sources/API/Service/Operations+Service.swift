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
            chapter: .service, need: .nothing,
            replies: [Operation.Reply(status: 200, content: [("text/plain", .text)])],
            isProbe: true, lane: .vital, work: .query { _ in .text("ok\n") }),
        Operation(
            method: .get, path: "/readyz", name: "readyz",
            summary:
                "200 while claims are taken, or on a replica reads that are fresh enough; 503 with the reasons otherwise.",
            chapter: .service, need: .nothing,
            query: [Operation.Parameter(name: "verbose", schema: ["type": "string"])],
            replies: [200, 503].map { status in
                Operation.Reply(
                    status: status,
                    content: [("text/plain", .text), ("application/json", AnswerShape.bare(ReadinessView.self).form)])
            }, isProbe: true, lane: .vital, work: .query(readyz)),
        Operation(
            method: .get, path: "/metrics", name: "metrics", summary: "Figures in Prometheus text format.",
            chapter: .service, need: .nothing,
            replies: [Operation.Reply(status: 200, content: [("text/plain", .text)])],
            isProbe: true,
            lane: .vital,
            work: .query { call in
                .text(PrometheusText(call.api).text, type: "text/plain; version=0.0.4; charset=utf-8")
            }),
        Operation(
            method: .get, path: "/openapi.json", name: "openapi", summary: "This document.",
            chapter: .service, need: .nothing, replies: [Operation.Reply(200, .schema("Document", ["type": "object"]))],
            isTagged: true,
            work: .query { call in
                var answer = Answer(body: .bytes(call.api.document))
                answer.tag = EntityTag.make(body: call.api.document)
                return answer
            }),
    ]

    private static func readyz(_ call: Call) async throws -> Answer {
        let (status, readiness) = (call.api.engine.status, Readiness(call.api))
        let code = readiness.isReady ? 200 : 503
        guard call.query["verbose"] != nil else {
            let reasons = readiness.reasons.map(\.code).joined(separator: ", ")
            return .text(readiness.isReady ? "ready\n" : "not ready: \(reasons)\n", status: code)
        }
        return .shown(.bare(ReadinessView.self, status: code), ReadinessView(call.api, status, readiness)).at(
            status.position)
    }
}
