/// Makes the names of runs, so that two runs on one server keep apart.
public enum RunName {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")

    /// Makes eight random letters and digits.
    public static func make() -> String {
        String((0..<8).compactMap { _ in letters.randomElement() })
    }
}
