package import Wire

/// The longest wait for a position that a request asks for.
package enum PositionWait {
    package static let millisecondsDefault = 2000
    package static let millisecondsMax = 30_000

    /// Reads `Usher-Wait-Ms`; larger values count as the largest.
    package static func milliseconds(_ text: String?) throws(Problem) -> Int {
        guard let text else { return millisecondsDefault }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
            throw .invalid(field: "Usher-Wait-Ms", "Must be a whole number of milliseconds.")
        }
        return min(Int(text) ?? millisecondsMax, millisecondsMax)
    }
}
