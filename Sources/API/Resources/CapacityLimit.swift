/// The limit that stands for "as many as asked for", which JSON shows as null.
enum CapacityLimit {
    static let unlimited = UInt64.max
}
