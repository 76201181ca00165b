/// The effects of one batch as bytes: what a journal frame carries.
///
/// Byte table in `docs/formats/journal.md`.
///
/// Sections by table; in a section, each key as the length it shares with the key before and the rest. Equal
/// beginnings are what most keys of a batch have, and zstd finds the remaining repetitions.
package enum FrameBody {
    /// The change of a key between the beginning and the end of the batch.
    package enum Kind: Int {
        /// It has this value now; it may have had another.
        case put = 0
        /// It has this value now and had none.
        case insert = 1
        /// It had a value and has none now.
        case remove = 2
    }

    /// Says that bytes are not a frame body.
    package struct Malformed: Error {
        package var offset: Int
    }

    /// The number of effects grouped by table at a time.
    ///
    /// The records of one claim repeat its redeemer. In one group over a whole batch they would lie hundreds of
    /// kilobytes apart, where zstd level 1 does not find them again: 54 bytes per claim with UUIDs.
    private static let groupSize = 256

    static func encode(
        _ touched: [UInt32], of layer: UnsafeMutablePointer<LayerStorage>, into buffer: inout FrameBuffer
    ) {
        var first = 0
        while first < touched.count {
            let end = min(first + groupSize, touched.count)
            encodeGroup(touched[first..<end], of: layer, into: &buffer)
            first = end
        }
    }

    private static func encodeGroup(
        _ touched: ArraySlice<UInt32>, of layer: UnsafeMutablePointer<LayerStorage>, into buffer: inout FrameBuffer
    ) {
        let counts = sortByTable(touched, of: layer, into: &buffer.order)
        var start = 0
        for table in 0..<256 where counts[table] > 0 {
            let end = start + counts[table]
            encodeSection(start..<end, of: layer, into: &buffer)
            start = end
        }
    }

    /// A stable counting sort; returns how many entries each table has.
    ///
    /// Entries without a net effect are left out.
    private static func sortByTable(
        _ touched: ArraySlice<UInt32>, of layer: UnsafeMutablePointer<LayerStorage>, into order: inout [UInt32]
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        for index in touched where hasEffect(layer.pointee.entries[Int(index)]) {
            counts[Int(layer.pointee.entries[Int(index)].table.rawValue)] += 1
        }
        var next = [Int](repeating: 0, count: 256)
        var total = 0
        for table in 0..<256 {
            next[table] = total
            total += counts[table]
        }
        if order.count < total { order = [UInt32](repeating: 0, count: max(total, order.count * 2)) }
        for index in touched where hasEffect(layer.pointee.entries[Int(index)]) {
            let table = Int(layer.pointee.entries[Int(index)].table.rawValue)
            order[next[table]] = index
            next[table] += 1
        }
        return counts
    }

    private static func hasEffect(_ entry: LayerStorage.Entry) -> Bool {
        switch entry.state {
        case .void: false
        case .present: true
        case .removed: !entry.freshInFrame
        }
    }

    private static func encodeSection(
        _ range: Range<Int>, of layer: UnsafeMutablePointer<LayerStorage>, into buffer: inout FrameBuffer
    ) {
        let first = Int(buffer.order[range.lowerBound])
        buffer.append(byte: layer.pointee.entries[first].table.rawValue)
        buffer.append(varint: range.count)
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        for position in range {
            let index = Int(buffer.order[position])
            let entry = layer.pointee.entries[index]
            let key = layer.pointee.key(index)
            let shared = sharedLength(previous, key)
            buffer.append(byte: UInt8(shared))
            buffer.append(byte: UInt8(key.count - shared))
            let kind: Kind = entry.state == .removed ? .remove : entry.freshInFrame ? .insert : .put
            let length = kind == .remove ? 0 : Int(entry.valueLength)
            buffer.append(varint: length << 2 | kind.rawValue)
            buffer.append(UnsafeRawBufferPointer(rebasing: key[shared...]))
            if kind != .remove { buffer.append(layer.pointee.value(index)) }
            previous = key
        }
    }

    private static func sharedLength(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let limit = min(left.count, right.count)
        var length = 0
        while length < limit, left[length] == right[length] { length += 1 }
        return length
    }

    /// Reads a body and hands each effect to `apply`, in the order of the body.
    package static func decode(
        _ payload: UnsafeRawBufferPointer,
        _ apply: (TableID, Kind, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) throws(Malformed) {
        var reader = Reader(bytes: payload)
        let key = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
        defer { key.deallocate() }
        while reader.offset < payload.count {
            let table = TableID(rawValue: try reader.byte())
            let count = try reader.varint()
            var keyLength = 0
            for _ in 0..<count {
                let shared = Int(try reader.byte())
                let rest = Int(try reader.byte())
                guard shared <= keyLength, shared + rest <= Key.capacity else { throw Malformed(offset: reader.offset) }
                let lengthAndKind = try reader.varint()
                guard let kind = Kind(rawValue: lengthAndKind & 3), lengthAndKind >> 2 <= ValueWriter.capacityMax
                else { throw Malformed(offset: reader.offset) }
                let suffix = try reader.take(rest)
                UnsafeMutableRawBufferPointer(rebasing: key[shared..<(shared + rest)]).copyMemory(from: suffix)
                keyLength = shared + rest
                let value = try reader.take(lengthAndKind >> 2)
                apply(table, kind, UnsafeRawBufferPointer(rebasing: key[..<keyLength]), value)
            }
        }
    }

    /// Bounds-checked reading of a body.
    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        init(bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
        }

        mutating func byte() throws(Malformed) -> UInt8 {
            guard offset < bytes.count else { throw Malformed(offset: offset) }
            defer { offset += 1 }
            return bytes[offset]
        }

        mutating func varint() throws(Malformed) -> Int {
            var value = 0
            var shift = 0
            while true {
                let next = try byte()
                guard shift < 35 else { throw Malformed(offset: offset) }
                value |= Int(next & 0x7F) << shift
                if next & 0x80 == 0 { return value }
                shift += 7
            }
        }

        mutating func take(_ count: Int) throws(Malformed) -> UnsafeRawBufferPointer {
            guard count <= bytes.count - offset else { throw Malformed(offset: offset) }
            defer { offset += count }
            return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
        }
    }
}
