/// The events of the batch in hand: written down beside its effects, taken back with them, encoded into its frame.
struct EventNotes {
    /// A point between two events.
    struct Mark {
        var notes: Int
        var dataBytes: Int
    }

    private(set) var notes: [EventNote] = []
    /// The data of all notes, one after the other.
    private(set) var data: [UInt8] = []
    /// The command that events belong to from now on.
    var command: UInt32 = 0

    var mark: Mark { Mark(notes: notes.count, dataBytes: data.count) }

    @inline(__always)
    mutating func append(kind: UInt8, actor: UInt64, tenant: UInt32, subject: UInt64) {
        notes.append(EventNote(kind: kind, actor: actor, tenant: tenant, subject: subject, command: command))
    }

    mutating func append(kind: UInt8, actor: UInt64, tenant: UInt32, subject: UInt64, data more: [UInt8]) {
        notes.append(
            EventNote(
                kind: kind, actor: actor, tenant: tenant, subject: subject, command: command,
                dataBytes: UInt32(more.count)))
        data += more
    }

    mutating func rollBack(to mark: Mark) {
        notes.removeLast(notes.count - mark.notes)
        data.removeLast(data.count - mark.dataBytes)
    }

    /// Forgets everything: the batch stands.
    mutating func clear() {
        notes.removeAll(keepingCapacity: true)
        data.removeAll(keepingCapacity: true)
        if notes.capacity > 1 << 20 { notes = [] }
        if data.capacity > 1 << 20 { data = [] }
    }
}
