import Domain
import Engine
import JSONText
import Journal
import Wire

/// One page of a list: where to begin, how many, and the way to the next one.
struct Listing {
    /// The page that the domain is asked for.
    let page: PageRequest
    /// The length of the read, which chooses its threads.
    var length: ReadLength { page.limit > PageRequest.limitDefault ? .long : .short }
    private let call: Call
    private let queryHash: UInt32

    /// Reads `limit` and `cursor`.
    ///
    /// A cursor belongs to the query it came from: filters cannot change on the way.
    init(_ call: Call) throws(Problem) {
        self.call = call
        queryHash = Listing.hash(call)
        var page = PageRequest()
        if let text = call.query("limit") {
            guard let limit = Int(text), (1...PageRequest.limitMax).contains(limit) else {
                throw .invalid(field: "limit", "Must be between 1 and \(PageRequest.limitMax).")
            }
            page.limit = limit
        }
        if let text = call.query("cursor") {
            guard let cursor = Listing.decode(text, queryHash, call.ids) else {
                throw .invalid(field: "cursor", "Must be the next_cursor of a page of this list with the same filters.")
            }
            guard call.api.engine.place(of: cursor.position) != .elsewhere else {
                throw .invalid(field: "cursor", "Is older than a restore of this server. Begin the list anew.")
            }
            page.after = cursor.number
        }
        self.page = page
    }

    /// The answer for a page of the domain's list.
    func answer<R: Resource>(_ page: Page<R.Value>, of resource: R.Type) -> Answer {
        let showing = Showing(ids: call.ids)
        return answer(page) { R.write($0, to: &$1, showing) }
    }

    /// The answer for a page of the domain's list, with what the closure writes of each item.
    func answer<Item>(_ page: Page<Item>, _ write: (Item, inout JSONWriter) -> Void) -> Answer {
        let position = call.api.engine.syncedPoint.position
        let cursor = page.next.map { Listing.encode($0, at: position, queryHash, call.ids) }
        var answer = Answer.json { writer in
            writer.raw("{\"data\":[")
            for (index, item) in page.items.enumerated() {
                if index > 0 { writer.raw(",") }
                write(item, &writer)
            }
            writer.raw("],\"next_cursor\":")
            writer.string(cursor)
            writer.raw(",\"has_more\":")
            writer.bool(cursor != nil)
            writer.raw("}")
        }
        if case .bytes(let body) = answer.body { answer.tag = EntityTag.make(body: body) }
        if let cursor { answer.next = nextAddress(cursor) }
        return answer
    }

    private func nextAddress(_ cursor: String) -> String {
        let query = (call.target.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        let address = call.target.path + "?" + (query + ["cursor=\(cursor)"]).joined(separator: "&")
        // requests 2.34.2 and httpx 0.28.1 end the address at a bare semicolon (findings/link-next-with-a-semicolon.sh).
        return address.replacing(";", with: "%3B")
    }

    /// A cursor's bytes: id (7), hash of the query (4), epoch (8), sequence (8), all big-endian.
    ///
    /// Ids, not internal numbers, so that a cursor tells no more than a row; the position tells a cursor of another
    /// history apart.
    static func encode(
        _ number: EntityNumber, at position: LogPosition, _ queryHash: UInt32, _ ids: PublicIDs
    ) -> String {
        var bytes: [UInt8] = []
        func append(_ value: UInt64, _ count: Int) {
            for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
        }
        append(ids.id(number), 7)
        append(UInt64(queryHash), 4)
        append(position.epoch, 8)
        append(position.sequence, 8)
        return Base64URL.encode(bytes)
    }

    static func decode(
        _ text: String, _ queryHash: UInt32, _ ids: PublicIDs
    ) -> (number: EntityNumber, position: LogPosition)? {
        guard let bytes = Base64URL.decode(text), bytes.count == 27 else { return nil }
        func value(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        guard value(7..<11) == UInt64(queryHash), let number = ids.number(value(0..<7)) else { return nil }
        return (number, LogPosition(epoch: value(11..<19), sequence: value(19..<27)))
    }

    /// Hashes the filters as they are meant, in whatever order and spelling they were written.
    private static func hash(_ call: Call) -> UInt32 {
        let filters = call.query.filter { $0.key != "cursor" && $0.key != "limit" }.sorted { $0.key < $1.key }
        var hash: UInt32 = 0x811C_9DC5
        let text =
            "\(call.tenant.rawValue) \(call.target.path)?"
            + filters.map { "\($0.key)=\($0.value.utf8.count):\($0.value)" }.joined(separator: "&")
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash
    }
}
