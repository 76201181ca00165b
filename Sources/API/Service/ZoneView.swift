import CivilTime
import Journal

/// The system's zones of time.
struct ZoneView: Resource {
    var edition: String?
    var state: ZoneData.State

    init(_ data: ZoneData, at now: Timestamp) {
        edition = data.edition
        state = data.state(at: now.milliseconds / 1000)
    }

    static let schemaName = ""
    static let members: [Member<ZoneView>] = [
        Member("edition", "The edition of the IANA database, such as 2026f; null where it is not known.") {
            $0.edition
        },
        Member("state", "Old from July of the year after the edition on.") { $0.state },
    ]
}

extension ZoneData.State: MemberWord {
    var word: String { rawValue }
}
