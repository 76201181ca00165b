/// One measured figure, with its unit and, where there is one, the goal it is held against.
public struct Figure: Codable, Sendable {
    /// The name of the figure.
    public var name: String
    /// Its value.
    public var value: Double
    /// Of what.
    public var unit: String
    /// The goal of the project: `>= 250000`, `<= 40`.
    public var goal: String?

    init(_ name: String, _ value: Double, _ unit: String, goal: String? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
        self.goal = goal
    }

    /// A line of a table.
    public var line: String {
        let digits = value >= 100 ? 0 : value >= 1 ? 2 : 4
        return "| \(name) | \(Figure.format(value, digits)) \(unit) | \(goal ?? "") |"
    }

    private static func format(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return digits == 0 ? String(Int64(rounded)) : String(rounded)
    }
}

/// The middle value of an odd number of rounds.
func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
}
