/// Remembers the entries of the active layer before each write of the batch, so that writes can be undone in reverse.
struct UndoLog {
    private struct Step {
        var index: Int
        var entry: LayerStorage.Entry
        /// The old value's bytes, which a new value of the same length overwrites in place.
        var savedOffset: Int
    }

    /// A point between two writes.
    struct Mark {
        var steps: Int
        var added: Int
        var saved: Int
    }

    private var steps: [Step] = []
    /// The entries that writes have added to the layer: before, there was nothing to remember.
    private var added: [UInt32] = []
    private var saved: [UInt8] = []

    var mark: Mark { Mark(steps: steps.count, added: added.count, saved: saved.count) }

    /// Remembers an entry before it is written.
    @inline(__always)
    mutating func remember(_ index: Int, in layer: UnsafeMutablePointer<LayerStorage>) {
        let entry = layer.pointee.entries[index]
        steps.append(Step(index: index, entry: entry, savedOffset: saved.count))
        if entry.state == .present { saved.append(contentsOf: layer.pointee.value(index)) }
    }

    /// Remembers that a write has added an entry.
    @inline(__always)
    mutating func rememberAdded(_ index: Int) { added.append(UInt32(index)) }

    /// Brings every entry back to how it was at the mark.
    mutating func rollBack(to mark: Mark, in layer: UnsafeMutablePointer<LayerStorage>) {
        while steps.count > mark.steps, let step = steps.popLast() {
            layer.pointee.entries[step.index] = step.entry
            guard step.entry.state == .present else { continue }
            saved.withUnsafeBytes { bytes in
                let old = bytes[step.savedOffset..<(step.savedOffset + Int(step.entry.valueLength))]
                layer.pointee.overwriteValue(step.index, UnsafeRawBufferPointer(rebasing: old))
            }
        }
        saved.removeLast(saved.count - mark.saved)
        for index in added[mark.added...] { layer.pointee.void(Int(index)) }
        added.removeLast(added.count - mark.added)
    }

    /// Forgets everything: the batch stands.
    mutating func clear() {
        steps.removeAll(keepingCapacity: true)
        added.removeAll(keepingCapacity: true)
        saved.removeAll(keepingCapacity: true)
        if steps.capacity > 1 << 20 { steps = [] }
        if added.capacity > 1 << 20 { added = [] }
    }
}
