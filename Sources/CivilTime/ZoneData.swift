/// The edition of the system's zone database.
package struct ZoneData: Sendable {
    /// The state of a database, for programs.
    package enum State: String, CaseIterable, Sendable {
        /// Of this year or of the last.
        case current
        /// Older: countries have changed their clocks since.
        case old
        /// Its files do not say which edition they are.
        case unknown
        /// There is none.
        case missing
    }

    /// The folder.
    package var path: String
    /// The edition, such as `2026f`; nil where it is not known.
    package var edition: String?
    /// True if there are zones.
    package var isInstalled: Bool

    /// The package that brings the zones, for messages.
    package static let remedy = "install the package tzdata, or let TZDIR name a folder with compiled zones"

    /// The state at an instant.
    ///
    /// Editions come out several times a year, most with changes of this year or the next. One of the year before is
    /// old from July on.
    ///
    /// - Parameter second: Seconds since 1970.
    /// - Returns: The state.
    package func state(at second: Int64) -> State {
        guard isInstalled else { return .missing }
        guard let edition, let year = Int(edition.prefix(4)) else { return .unknown }
        let today = CivilDay(daysSinceEpoch: Int(second.flooredQuotient(86_400)))
        return year * 12 + 12 + 6 < today.year * 12 + today.month ? .old : .current
    }

    /// The state in words, for people.
    package func text(at second: Int64) -> String {
        switch state(at: second) {
        case .current: "\(edition ?? "") (\(path))"
        case .old: "\(edition ?? "") (\(path)): old, days and hours can be wrong; update the package tzdata"
        case .unknown: "of an unknown edition (\(path))"
        case .missing: "not installed in \(path): \(ZoneData.remedy)"
        }
    }
}
