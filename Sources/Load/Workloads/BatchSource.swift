import NIOCore

/// Claims in `/redeem/batch`, many lines a request.
final class BatchSource: RequestSource {
    private(set) var ledger = ClaimLedger()
    private var numbers: NumberSeries
    private let body: ClaimBody
    private let head: [UInt8]
    private let lines: Int

    /// - Parameters:
    ///   - body: Writes a line.
    ///   - parts: The parts that all requests share.
    ///   - numbers: One number a request; its lines have the numbers from `lines` times that on.
    ///   - lines: The lines of a request.
    init(_ body: ClaimBody, _ parts: RequestParts, numbers: NumberSeries, lines: Int) {
        self.body = body
        self.numbers = numbers
        self.lines = lines
        head = parts.post("/api/invitations/redeem/batch", type: "application/x-ndjson")
    }

    var readsLines: Bool { true }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        guard let request = numbers.take() else { return nil }
        let first = request * lines
        buffer.writeBytes(head)
        let length = (first..<(first + lines)).reduce(lines) { $0 + body.byteCount($1) }
        DecimalText.write(length, to: &buffer)
        buffer.writeStaticString("\r\n\r\n")
        for number in first..<(first + lines) {
            body.write(number, to: &buffer)
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return RequestTag(number: first)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome {
        ledger.read(piece, number: tag.number + index, targets: body.targets)
    }

    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {
        guard pieces < lines else { return }
        for number in (tag.number + pieces)..<(tag.number + lines) { ledger.unknown.insert(number) }
    }
}
