public import Journal

/// Something that happened, as it is told to others.
///
/// ```swift
/// for event in try engine.events(limit: 100).events where event.kind == .codeRedeemed {
///     print(event.id, event.time, event.subject)
/// }
/// ```
public struct Event: Equatable, Sendable {
    /// The name, for ever and on every node.
    public var id: EventID
    /// The kind of event.
    public var kind: EventKind
    /// The time of the log.
    public var time: Timestamp
    /// The tenant whose it is; ``TenantNumber/system`` for what belongs to the node.
    public var tenant: TenantNumber
    /// The one who acted.
    public var actor: Actor
    /// The number of the thing it happened to, of the kind ``EventKind/subject``.
    public var subject: EntityNumber
    /// The data that are told of it.
    public var data: EventData

    /// Describes an event.
    public init(
        id: EventID, kind: EventKind, time: Timestamp, tenant: TenantNumber, actor: Actor, subject: EntityNumber,
        data: EventData
    ) {
        self.id = id
        self.kind = kind
        self.time = time
        self.tenant = tenant
        self.actor = actor
        self.subject = subject
        self.data = data
    }
}
