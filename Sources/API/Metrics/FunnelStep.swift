/// A step of a funnel.
struct FunnelStep: Resource {
    var name: String
    var count: UInt64

    static let schemaName = ""
    static let members: [Member<FunnelStep>] = [
        Member("step", "The name of the figure.") { $0.name },
        Member("count", "The number of those that came that far.") { $0.count },
    ]
}
