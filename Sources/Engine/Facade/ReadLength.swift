#if canImport(Glibc)
    internal import Glibc
#endif

/// The time for which a read may keep its thread.
public enum ReadLength: Sendable {
    /// One record, some figures, or a page of at most `PageRequest/limitDefault` items: milliseconds.
    case short
    /// A longer page, or one step of an export.
    case long
}
