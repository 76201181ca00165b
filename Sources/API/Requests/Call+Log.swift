import Domain
import HTTPTypes
import JSONText
import NIOCore
import Wire

/// Lines of the log that tell of a request that was carried out.
extension Call {
    /// Writes down a success: the thing that the answer shows, and who asked.
    func log(_ entry: LogEntry, _ answer: Answer) {
        let id = shownID(answer)
        let values: [(LogField, LogValue?)] = [
            (.subject, id), (.tenant, .text(request.headers[.usherTenant] ?? "default")), (.by, actorName),
        ]
        api.log.write(LogLine(entry, values.filter { entry.fields.contains($0.0) }))
    }

    /// The id of the key of the one who asks; the root key of the command line has a word of its own.
    var actorName: LogValue {
        access.isGivenRoot ? .text("given_root_key") : .text(String(ids.id(access.credential)))
    }

    /// The id of the one thing that an answer shows.
    private func shownID(_ answer: Answer) -> LogValue? {
        guard case .bytes(let bytes) = answer.body, let tree = try? JSONTree.parse(bytes),
            let id = tree.object?["data"]?.object?["id"]
        else { return nil }
        return id.string.map { .text($0) } ?? id.integerText.map { .text($0) }
    }
}
