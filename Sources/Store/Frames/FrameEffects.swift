internal import Journal

/// Reads what a frame changes, as recovery and replicas take it over.
enum FrameEffects {
    /// Hands each effect of a frame's payload to `adopt`.
    ///
    /// - Throws: ``StoreError`` `malformedFrame` when the payload is not a frame body of this version, or speaks of a
    ///   table that the store does not have; what came before has been handed out then.
    static func forEach(
        of payload: RawSpan, at position: LogPosition, in store: StateStore,
        _ adopt: (TableID, FrameBody.Kind, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        var unknown: TableID?
        do {
            try payload.withUnsafeBytes { (bytes) throws(FrameBody.Malformed) in
                try FrameBody.decode(bytes) { table, kind, key, value in
                    // Events change nothing: the journal has them, the tables do not.
                    guard table != StoreTables.frameEvents else { return }
                    guard store.knows(table) else {
                        unknown = table
                        return
                    }
                    adopt(table, kind, key, value)
                }
            }
        } catch {
            throw StoreError(
                .malformedFrame,
                "The frame at \(position) is not one of this version (byte \(error.offset) of its effects). "
                    + "Use the version of usher that wrote it.")
        }
        if let unknown {
            throw StoreError(
                .malformedFrame,
                "The frame at \(position) speaks of table \(unknown.rawValue), which this version does not know. "
                    + "Use the version of usher that wrote it.")
        }
    }
}

extension LayerStorage {
    /// Takes over an effect that another node, or this one before a restart, has decided.
    ///
    /// - Returns: the entry.
    mutating func adopt(
        _ table: TableID, _ kind: FrameBody.Kind, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> Int {
        let hash = StateHash.key(table, key)
        let index: Int
        if let known = find(table, key, hash: hash) {
            index = known
            // Rolled back before: nothing is known of it but its key.
            if entries[index].state == .void { entries[index].freshInLayer = kind == .insert }
        } else {
            index = add(table, key, hash: hash)
            entries[index].freshInLayer = kind == .insert
        }
        if kind == .remove {
            entries[index].state = .removed
        } else {
            setValue(index, value)
        }
        return index
    }
}
