import Engine
import Foundation
import Journal
import Wire

/// A directory of snapshots that have the time in their names, of which the newest are kept.
struct SnapshotDirectory {
    let path: String

    /// The form of a name, such as `usher-20270115T080000Z.snapshot`; names in order are times in order.
    private static var name: Regex<Substring> { /usher-[0-9]{8}T[0-9]{6}Z\.snapshot/ }

    /// The path of a snapshot that is taken at a time.
    func file(at time: Timestamp) -> String {
        let digits = TimeText.text(time).prefix("2027-01-15T08:00:00".count).filter { $0 != "-" && $0 != ":" }
        return "\(path)/usher-\(digits)Z.snapshot"
    }

    /// Removes the oldest snapshots, so that no more are left than are to be kept.
    ///
    /// Touches files alone that have a name of ``file(at:)`` and begin as a snapshot does: no other file, no link, and
    /// nothing that is not complete.
    ///
    /// - Parameters:
    ///   - count: The snapshots to keep, `newest` among them.
    ///   - newest: The path of the one that was just taken; it stays, whatever its time.
    /// - Returns: The paths of those that were removed, the oldest first.
    /// - Throws: ``CommandFailure`` that names those that could not be removed.
    func prune(keeping count: Int, besides newest: String) throws -> [String] {
        precondition(count > 0, "the snapshot that was just taken is kept")
        let files = FileManager.default
        let others = try files.contentsOfDirectory(atPath: path).filter { name in
            let file = "\(path)/\(name)"
            return name.wholeMatch(of: SnapshotDirectory.name) != nil && file != newest
                && (try? files.attributesOfItem(atPath: file))?[.type] as? FileAttributeType == .typeRegular
                && SnapshotFile.point(of: file) != nil
        }
        var removed: [String] = []
        var failures: [String] = []
        for name in others.sorted().dropLast(count - 1) {
            let file = "\(path)/\(name)"
            do {
                try files.removeItem(atPath: file)
                removed.append(file)
            } catch {
                failures.append(file)
            }
        }
        guard failures.isEmpty else {
            throw CommandFailure(
                "\(newest) is complete, but older ones could not be removed: \(failures.joined(separator: ", ")). "
                    + "Check that \(path) is writable.")
        }
        return removed
    }
}
