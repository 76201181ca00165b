public import Journal

/// Builds layers from frames: how a recovery and a replica feed the applier.
///
/// Use: add frames in order; when ``isFull`` or at the end, seal and give the layer to
/// ``StateStore/apply(_:leadingTo:verifying:progress:)``.
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

    /// True if the layer should be applied now.
    public var isFull: Bool { layer.count >= entriesMax }

    /// True if frames were added since the last seal.
    public var isEmpty: Bool { layer.count == 0 }

    /// Adds the effects of the next frame.
    ///
    /// - Throws: ``StoreError`` `malformedFrame` when the payload is not a frame body of this version.
    public func add(payload: RawSpan, at position: LogPosition) throws(StoreError) {
        try FrameEffects.forEach(of: payload, at: position, in: store) { table, kind, key, value in
            _ = layer.storage.pointee.adopt(table, kind, key, value)
        }
    }

    /// Hands the layer over and begins an empty one.
    ///
    /// - Parameter recycled: A layer that was applied, whose memory is used again.
    /// - Returns: The layer, for the applier.
    public func seal(reusing recycled: SealedLayer? = nil) -> SealedLayer {
        let sealed = SealedLayer(layer)
        layer = recycled?.takeForReuse() ?? Layer(entriesExpected: 1 << 16)
        return sealed
    }
}
