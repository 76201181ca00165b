/// The way in which a file is opened.
public enum FileAccess: Sendable {
    /// An existing file, to read.
    case read
    /// An existing file, to read and write.
    case write
    /// A new file (mode 0600), to read and write; fails when it exists.
    case create
}
