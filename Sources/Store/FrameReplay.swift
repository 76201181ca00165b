public import Journal

/// Builds layers from frames: how a recovery and a replica feed the applier.
///
/// Use: add frames in order; when ``isFull`` or at the end, seal and give the layer to ``StateStore/apply(_:leadingTo:)``.
public final class FrameReplay {
    private var layer = Layer(entriesExpected: 1 << 16)
    private let entriesMax: Int
    private let store: StateStore

    /// Makes an empty replay.
    ///
    /// A layer counts as full at about `entriesMax` keys.
    public init(store: StateStore, entriesMax: Int = 1_500_000) {
        self.store = store
        self.entriesMax = entriesMax
    }

    /// Whether the layer should be applied now.
    public var isFull: Bool { layer.count >= entriesMax }

    /// Whether frames were added since the last seal.
    public var isEmpty: Bool { layer.count == 0 }

    /// Adds the effects of the next frame.
    ///
    /// - Throws: ``StoreError`` `malformedFrame` when the payload is not a frame body of this version.
    public func add(payload: RawSpan, at position: LogPosition) throws(StoreError) {
        var unknown: TableID?
        do {
            try payload.withUnsafeBytes { (bytes) throws(FrameBody.Malformed) in
                try FrameBody.decode(bytes) { table, kind, key, value in
                    guard store.knows(table) else {
                        unknown = table
                        return
                    }
                    apply(table, kind, key, value)
                }
            }
        } catch {
            throw StoreError(
                .malformedFrame,
                "The frame at \(position) is not one of this version (byte \(error.offset) of its effects). "
                    + "Use the version of usher that wrote this directory.")
        }
        if let unknown {
            throw StoreError(
                .malformedFrame,
                "The frame at \(position) speaks of table \(unknown.rawValue), which this version does not know. "
                    + "Use the version of usher that wrote this directory.")
        }
    }

    private func apply(
        _ table: TableID, _ kind: FrameBody.Kind, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) {
        let hash = StateHash.key(table, key)
        let index: Int
        if let known = layer.storage.pointee.find(table, key, hash: hash) {
            index = known
        } else {
            index = layer.storage.pointee.add(table, key, hash: hash)
            layer.storage.pointee.entries[index].freshInLayer = kind == .insert
        }
        if kind == .remove {
            layer.storage.pointee.entries[index].state = .removed
        } else {
            layer.storage.pointee.setValue(index, value)
        }
    }

    /// Hands the layer over and begins an empty one.
    ///
    /// - Parameter recycled: a layer that was applied, whose memory is used again.
    public func seal(reusing recycled: SealedLayer? = nil) -> SealedLayer {
        let sealed = SealedLayer(layer)
        layer = recycled?.takeForReuse() ?? Layer(entriesExpected: 1 << 16)
        return sealed
    }
}
