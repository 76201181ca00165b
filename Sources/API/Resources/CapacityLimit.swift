/// The value that stands for an unlimited number, which JSON shows as null.
enum CapacityLimit {
    static let unlimited = UInt64.max
}
