import NIOCore

/// Writes the JSON object of a claim.
struct ClaimBody: Sendable {
    let targets: ClaimTargets
    let names: RedeemerNames
    private let beforeCode: [UInt8]
    private let beforeName = Array(#"","redeemer_id":""#.utf8)

    /// - Parameters:
    ///   - targets: The codes to claim.
    ///   - names: The names of the redeemers.
    ///   - ttlSeconds: Seconds that a hold lasts; nil for a redemption.
    init(_ targets: ClaimTargets, _ names: RedeemerNames, ttlSeconds: Int? = nil) {
        self.targets = targets
        self.names = names
        let ttl = ttlSeconds.map { #""ttl_seconds":\#($0),"# } ?? ""
        beforeCode = Array(#"{\#(ttl)"code":""#.utf8)
    }

    /// The length of the object.
    func byteCount(_ number: Int) -> Int {
        beforeCode.count + targets.codes[targets.index(of: number)].count + beforeName.count
            + names.byteCount(number) + 2
    }

    /// Appends the object.
    func write(_ number: Int, to buffer: inout ByteBuffer) {
        buffer.writeBytes(beforeCode)
        buffer.writeBytes(targets.codes[targets.index(of: number)])
        buffer.writeBytes(beforeName)
        names.write(number, to: &buffer)
        buffer.writeStaticString("\"}")
    }

    /// Appends a whole request for one claim.
    func write(_ number: Int, behind head: [UInt8], to buffer: inout ByteBuffer) {
        buffer.writeBytes(head)
        DecimalText.write(byteCount(number), to: &buffer)
        buffer.writeStaticString("\r\n\r\n")
        write(number, to: &buffer)
    }
}
