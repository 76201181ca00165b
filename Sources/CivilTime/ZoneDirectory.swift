internal import Foundation

/// The system's zone database: the folder of its compiled files.
///
/// Nothing is remembered: a file is a few kilobytes, and an update of the package counts from the next request on.
package struct ZoneDirectory: Sendable {
    /// A reason why there is no such zone.
    package enum Fault: Error, Equatable {
        /// The folder has no zones.
        case notInstalled
        /// The database has no zone of that name; perhaps another one was meant.
        case unknown(meant: String?)
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
        throw isInstalled ? .unknown(meant: meant(by: name)) : .notInstalled
    }

    private func zone(at name: String) -> Zone? {
        guard ZoneDirectory.isName(name), let contents = FileManager.default.contents(atPath: path + "/" + name)
        else { return nil }
        return ZoneFile(Array(contents)).zone(named: name)
    }

    /// True if a text can be the name of a zone: it leads to no file outside of the folder.
    private static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.first != "."
                && part.utf8.allSatisfy {
                    ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || "_+-".utf8.contains($0)
                }
        }
    }

    /// The name that differs in the case of its letters, or in spaces for underscores.
    private func meant(by name: String) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let wanted = name.replacing(" ", with: "_").lowercased()
        var found: [String] = []
        for part in wanted.split(separator: "/") {
            let folder = ([path] + found).joined(separator: "/")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard let next = names.first(where: { $0.lowercased() == part }) else { return nil }
            found.append(next)
        }
        let candidate = found.joined(separator: "/")
        return zone(at: candidate) == nil ? nil : candidate
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
