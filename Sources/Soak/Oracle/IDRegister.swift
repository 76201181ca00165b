import Synchronization

/// Every id that was ever given out, by whichever history, and for what.
final class IDRegister: Sendable {
    enum Kind: UInt8, Sendable { case code, campaign, redemption, hold, key }

    private struct Name: Hashable {
        var kind: Kind
        var id: Int
    }

    private let owners = Mutex<[Name: String]>([:])
    private let findings: Findings

    init(_ findings: Findings) { self.findings = findings }

    /// Notes that an id is that of a thing; reports when it is another thing's already.
    func note(_ kind: Kind, _ id: Int, of owner: String) {
        let other = owners.withLock { owners -> String? in
            if let known = owners[Name(kind: kind, id: id)] { return known == owner ? nil : known }
            owners[Name(kind: kind, id: id)] = owner
            return nil
        }
        guard let other else { return }
        findings.report(.idsAreUnique, "\(kind) \(id) is \(other), and now also \(owner)")
    }

    var count: Int { owners.withLock { $0.count } }
}
