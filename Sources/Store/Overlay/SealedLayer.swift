/// A layer that nobody writes any more, on its way to the applier and back.
///
/// `@unchecked Sendable`: after sealing, the sequencer and the applier only read it; it is cleared for reuse only
/// after both have let go (the applier has finished and the sequencer has dropped it in
/// ``Transaction/rebase(onto:appliedLayers:)``).
public final class SealedLayer: @unchecked Sendable {
    let layer: Layer

    init(_ layer: Layer) {
        self.layer = layer
    }

    func takeForReuse() -> Layer {
        layer.storage.pointee.clear()
        return layer
    }
}
