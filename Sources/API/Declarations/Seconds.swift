import JSONText
import Wire

/// A duration in seconds with three decimals.
struct Seconds: MemberValue {
    var milliseconds: Int64

    static var schema: JSONTree { ["type": "number"] }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.seconds(milliseconds: milliseconds) }
}
