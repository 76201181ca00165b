internal import Foundation

/// The system's zone database: the folder of its compiled files.
///
/// Nothing is remembered: a file is a few kilobytes, and an update of the package counts from the next request on.
package struct ZoneDirectory: Sendable {
    /// A reason why there is no such zone.
    package enum Fault: Error, Equatable {
        /// The folder has no zones.
        case notInstalled
        /// The database has no zone of that name.
        case unknown
    }

    /// The folder.
    package let path: String

    /// Names a folder; by default that of `TZDIR`, else `/usr/share/zoneinfo`.
    package init(_ path: String? = nil) {
        let given = ProcessInfo.processInfo.environment["TZDIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.path = path ?? given ?? "/usr/share/zoneinfo"
    }

    /// True if there are zones in the folder.
    package var isInstalled: Bool {
        ["Etc/UTC", "UTC", "Europe/London"].contains { zone(at: $0) != nil }
    }

    /// Finds a zone by its name in the database, exactly as it is written there.
    package func zone(_ name: String) throws(Fault) -> Zone {
        if name == "UTC" { return .utc }
        if let zone = zone(at: name) { return zone }
        throw isInstalled ? .unknown : .notInstalled
    }

    private func zone(at name: String) -> Zone? {
        guard ZoneDirectory.isName(name), let contents = FileManager.default.contents(atPath: path + "/" + name)
        else { return nil }
        return ZoneFile(Array(contents)).zone(named: name)
    }

    /// Entries of the folder that are no zones of the database: copies of all of it (one of them counts leap seconds), the
    /// machine's own zone, the one that rules are taken from where a text has none, and the zone of a machine without one.
    private static let others: Set<Substring> = ["posix", "right", "localtime", "posixrules", "Factory"]

    /// The parts that a name can have, as in `America/Argentina/Ushuaia`.
    private static let partsMax = 3

    /// True if a text can be the name of a zone: it leads to no file outside of the folder, and to none that is no zone.
    private static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= partsMax, !others.contains(parts[0]) else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && part.first != "."
                && part.utf8.allSatisfy {
                    ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || "_+-".utf8.contains($0)
                }
        }
    }

    /// The names in the folder that zones can have, sorted; nearly all of them are zones.
    ///
    /// - Complexity: reads the folder, some 600 names: for the answer to a name that is none.
    package var names: [String] { names(below: "", partsMax: ZoneDirectory.partsMax).sorted() }

    private func names(below folder: String, partsMax: Int) -> [String] {
        guard partsMax > 0 else { return [] }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
        return entries.flatMap { entry in
            let name = folder.isEmpty ? entry : folder + "/" + entry
            guard ZoneDirectory.isName(name) else { return [String]() }
            let below = names(below: name, partsMax: partsMax - 1)
            return below.isEmpty ? [name] : below
        }
    }

    /// The state of the database.
    package var state: ZoneData {
        guard isInstalled else { return ZoneData(path: path, edition: nil, isInstalled: false) }
        return ZoneData(path: path, edition: edition, isInstalled: true)
    }

    /// The edition as the database names itself; nil where its files do not say.
    private var edition: String? {
        for (name, prefix) in [("tzdata.zi", "# version "), ("+VERSION", "")] {
            guard let file = FileHandle(forReadingAtPath: path + "/" + name),
                let start = try? file.read(upToCount: 64)
            else { continue }
            try? file.close()
            let line = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            guard line.hasPrefix(prefix) else { continue }
            let edition = line.dropFirst(prefix.count)
            if edition.wholeMatch(of: /[0-9]{4}[a-z]{1,2}/) != nil { return String(edition) }
        }
        return nil
    }
}
