import Journal
import Store
import TestSupport

@testable import Domain

/// The change of the record under a key.
struct Effect {
    var table: TableID
    var key: [UInt8]
    /// Nil: it is gone.
    var value: [UInt8]?
}

extension World {
    /// Ends a frame with the commands since the last call: its effects and its events, as its bytes say them.
    func takeFrame() throws -> (effects: [Effect], events: [Event]) {
        var buffer = FrameBuffer()
        state.encodeFrame(into: &buffer)
        var effects: [Effect] = []
        try FrameBody.decode(buffer.bytes) { table, kind, key, value in
            guard table != FrameEvents.table else { return }
            effects.append(Effect(table: table, key: Array(key), value: kind == .remove ? nil : Array(value)))
        }
        let none = Hash128(low: 0, high: 0)
        let header = FrameHeader(
            epoch: 1, firstSequence: 1, commandCount: 1, time: now, syncedThrough: 0, previousChain: none, digest: none)
        let events = try EventFrame(header, payload: buffer.bytes.bytes).events
        try store.finishFrame()
        return (effects, events)
    }
}
