/// The version of this program: one for the command, the HTTP answers and the documents.
public enum UsherVersion {
    /// Semantic version of the release.
    public static let current = "0.1.0"
}
