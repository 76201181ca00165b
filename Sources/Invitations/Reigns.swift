public import Journal
public import Store

/// When a node has become the primary: the first record of every epoch but the first.
public enum Reigns {
    /// Writes down that an epoch begins.
    public static func begin(_ epoch: UInt32, in context: inout DecisionContext) {
        let now = context.now
        context.state.put(Tables.settings, Settings.reign) { writer in
            writer.append(epoch)
            writer.append(instant: now)
        }
    }

    /// The present epoch and when it began; nil in the first one.
    public static func current(state: some StateReading) -> (epoch: UInt32, began: Timestamp)? {
        state.read(Tables.settings, Settings.reign) { bytes in
            var reader = ValueReader(bytes)
            let epoch = reader.integer(UInt32.self)
            let began = reader.instant()
            guard !reader.failed, reader.remaining == 0 else { damagedRecord("settings") }
            return (epoch, began)
        }
    }
}
