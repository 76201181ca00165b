import CivilTime
import Domain

extension ZoneDirectory {
    /// The zone whose name is nearest to a text that names none; case and spaces count for nothing.
    func zoneMeant(by text: String) -> String? {
        let names = Dictionary(names.map { (ZoneDirectory.folded($0), $0) }) { first, _ in first }
        guard let nearest = UnknownName.nearest(to: ZoneDirectory.folded(text), among: names.keys.sorted()),
            let name = names[nearest], (try? zone(name)) != nil
        else { return nil }
        return name
    }

    private static func folded(_ name: String) -> String { name.replacing(" ", with: "_").lowercased() }
}
