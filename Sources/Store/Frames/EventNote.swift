/// One event as a frame carries it; the store knows no meaning of it.
public struct EventNote: Equatable, Sendable {
    /// The number of the kind; not 0.
    public var kind: UInt8
    /// The one whose doing it is.
    public var actor: UInt64
    /// The tenant whose it is.
    public var tenant: UInt32
    /// The thing it happened to.
    public var subject: UInt64
    /// The place of its command among the commands of the frame that changed something, from 0.
    public var command: UInt32
    /// The number of bytes of its data.
    public var dataBytes: UInt32

    /// Describes an event.
    public init(kind: UInt8, actor: UInt64, tenant: UInt32, subject: UInt64, command: UInt32, dataBytes: UInt32 = 0) {
        self.kind = kind
        self.actor = actor
        self.tenant = tenant
        self.subject = subject
        self.command = command
        self.dataBytes = dataBytes
    }
}
