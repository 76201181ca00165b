package import Domain
import JSONText
package import NIOCore
package import Wire

/// Reads a claim from a request body in one pass, without copies, and checks its form.
package struct ClaimRequest {
    /// The kind of a claim's body.
    package enum Form {
        case redeem
        case hold
    }

    private var code: String?
    private var campaign: String?
    private var redeemer: AccountID?
    private var quantity: UInt32 = 1
    private var honeypot = false
    private var invitation: UInt64?
    private var metadata: [UInt8]?
    private var ttlSeconds = Holds.ttlSecondsDefault
    private var errors = FieldErrors()

    /// The most bytes of a metadata object.
    static let metadataBytesMax = 1024
    /// The longest key that a campaign can have.
    static let campaignKeyBytesMax = 120
    /// The range of `quantity`.
    static let quantityRange: ClosedRange<Int64> = 1...Int64(Claims.quantityMax)

    /// Reads a body and makes the command, or throws the faults (422).
    package static func command(
        from buffer: ByteBuffer, form: Form, tenant: TenantNumber
    ) throws(Problem) -> ClaimCommand {
        let result: Result<ClaimCommand, Problem> = buffer.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                do throws(Problem) {
                    return .success(try command(in: bytes, form: form, tenant: tenant))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    /// Reads a line of a batch, whose bytes the caller lends for the length of the call, and makes the command.
    package static func command(
        in bytes: UnsafeBufferPointer<UInt8>, form: Form, tenant: TenantNumber
    ) throws(Problem) -> ClaimCommand {
        var request = ClaimRequest()
        var scanner = JSONScanner(bytes)
        do throws(JSONError) {
            try request.read(&scanner, form)
        } catch {
            throw .malformed(error)
        }
        return try request.makeCommand(form: form, tenant: tenant)
    }

    /// True if a line of a batch holds only white space, and so no claim.
    package static func isBlank(_ line: UnsafeRawBufferPointer) -> Bool { JSONScanner.isBlank(line) }

    private mutating func read(_ scanner: inout JSONScanner, _ form: Form) throws(JSONError) {
        guard try scanner.kind() == .object else { throw scanner.failure("expected an object") }
        try scanner.expect(UInt8(ascii: "{"))
        if !scanner.take(UInt8(ascii: "}")) {
            repeat {
                let name = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                try readMember(name, &scanner, form)
            } while scanner.take(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        }
        try scanner.expectEnd()
    }

    private mutating func readMember(
        _ name: JSONScanner.StringToken, _ scanner: inout JSONScanner, _ form: Form
    ) throws(JSONError) {
        if scanner.matches(name, "code") {
            code = try readText("code", &scanner)
        } else if scanner.matches(name, "redeemer_id") {
            try readRedeemer(&scanner)
        } else if scanner.matches(name, "campaign") {
            campaign = try readText("campaign", &scanner)
        } else if scanner.matches(name, "quantity") {
            let value = try readInteger("quantity", in: ClaimRequest.quantityRange, &scanner)
            quantity = value.map { UInt32($0) } ?? 1
        } else if form == .hold, scanner.matches(name, "ttl_seconds") {
            let range = Int64(Holds.ttlSecondsRange.lowerBound)...Int64(Holds.ttlSecondsRange.upperBound)
            let value = try readInteger("ttl_seconds", in: range, &scanner)
            ttlSeconds = value.map { UInt32($0) } ?? Holds.ttlSecondsDefault
        } else if scanner.matches(name, "invitation_id") {
            invitation = try readInteger("invitation_id", in: 1...(1 << 53 - 1), &scanner).map { UInt64($0) }
        } else if scanner.matches(name, "honeypot") {
            try readHoneypot(&scanner)
        } else if scanner.matches(name, "metadata") {
            try readMetadata(&scanner)
        } else if scanner.matches(name, "email") {
            try checkText("email", lengthMax: 255, &scanner)
        } else if scanner.matches(name, "ip") {
            try checkText("ip", lengthMax: 128, &scanner)
        } else if scanner.matches(name, "user_agent") {
            try checkText("user_agent", lengthMax: 1024, &scanner)
        } else if scanner.matches(name, "fingerprint") {
            try checkText("fingerprint", lengthMax: 128, &scanner)
        } else {
            refuse(scanner.text(name), form)
            _ = try scanner.skipValue()
        }
    }

    private static let names = [
        "code", "campaign", "redeemer_id", "quantity", "email", "ip", "user_agent", "fingerprint", "honeypot",
        "invitation_id", "metadata",
    ]
    /// More unknown members than this are not named.
    private static let unknownMax = 20

    /// Notes a member that the body cannot have.
    private mutating func refuse(_ name: String, _ form: Form) {
        guard errors.count < ClaimRequest.unknownMax else { return }
        let names = form == .hold ? ClaimRequest.names + ["ttl_seconds"] : ClaimRequest.names
        errors[name] = [UnknownName.message(for: name, among: names)]
    }

    /// Forgets the faults of a member that comes again: only the last one counts.
    private mutating func forget(_ field: String) {
        if !errors.isEmpty { errors[field] = nil }
    }

    /// A text, or nil for null; anything else is noted as an error.
    private mutating func readText(
        _ field: String, _ scanner: inout JSONScanner
    ) throws(JSONError) -> String? {
        forget(field)
        switch try scanner.kind() {
        case .string: return scanner.text(try scanner.string())
        case .null: try scanner.null()
        default:
            _ = try scanner.skipValue()
            errors[field] = ["Must be a string."]
        }
        return nil
    }

    private mutating func checkText(
        _ field: String, lengthMax: Int, _ scanner: inout JSONScanner
    ) throws(JSONError) {
        guard let text = try readText(field, &scanner), text.utf8.count > lengthMax,
            text.unicodeScalars.count > lengthMax
        else {
            return
        }
        errors[field] = ["Must not have more than \(lengthMax) characters."]
    }

    private mutating func readRedeemer(_ scanner: inout JSONScanner) throws(JSONError) {
        forget("redeemer_id")
        redeemer = nil
        switch try scanner.kind() {
        case .string:
            redeemer = AccountID(scanner.text(try scanner.string()))
            if redeemer == nil {
                errors["redeemer_id"] = [AccountID.lengthRule]
            }
        case .number:
            guard let text = scanner.integerText(try scanner.number()) else {
                errors["redeemer_id"] = ["Must be a string or an integer."]
                return
            }
            redeemer = AccountID(text)
            if redeemer == nil { errors["redeemer_id"] = [AccountID.lengthRule] }
        case .null: try scanner.null()
        default:
            _ = try scanner.skipValue()
            errors["redeemer_id"] = ["Must be a string or an integer."]
        }
    }

    private mutating func readInteger(
        _ field: String, in range: ClosedRange<Int64>, _ scanner: inout JSONScanner
    ) throws(JSONError) -> Int64? {
        forget(field)
        switch try scanner.kind() {
        case .null:
            try scanner.null()
            return nil
        case .number:
            let token = try scanner.number()
            guard token.isInteger else { break }
            if let value = scanner.integer(token), range.contains(value) { return value }
            errors[field] = ["Must be between \(range.lowerBound) and \(range.upperBound)."]
            return nil
        default: _ = try scanner.skipValue()
        }
        errors[field] = ["Must be an integer."]
        return nil
    }

    /// The trap field of a form: people leave it empty.
    private mutating func readHoneypot(_ scanner: inout JSONScanner) throws(JSONError) {
        forget("honeypot")
        switch try scanner.kind() {
        case .null:
            try scanner.null()
            honeypot = false
        case .bool: honeypot = try scanner.bool()
        case .string:
            let token = try scanner.string()
            honeypot = token.end > token.start
        default:
            _ = try scanner.skipValue()
            errors["honeypot"] = ["Must be a string or a boolean."]
        }
    }

    private mutating func readMetadata(_ scanner: inout JSONScanner) throws(JSONError) {
        forget("metadata")
        metadata = nil
        switch try scanner.kind() {
        case .null: try scanner.null()
        case .object:
            let range = try scanner.skipValue()
            if range.count <= ClaimRequest.metadataBytesMax {
                metadata = scanner.rawBytes(range)
            } else {
                errors["metadata"] = ["Must not have more than 1024 bytes."]
            }
        default:
            _ = try scanner.skipValue()
            errors["metadata"] = ["Must be an object."]
        }
    }

    private mutating func makeCommand(form: Form, tenant: TenantNumber) throws(Problem) -> ClaimCommand {
        let target = makeTarget()
        if redeemer == nil, errors["redeemer_id"] == nil {
            errors["redeemer_id"] = ["Is required."]
        }
        guard errors.isEmpty, let target, let redeemer else { throw .invalid(errors) }
        return ClaimCommand(
            tenant: tenant, target: target, redeemer: redeemer, quantity: quantity,
            kind: form == .redeem ? .redeem : .hold(ttlSeconds: ttlSeconds), honeypot: honeypot,
            invitation: invitation, metadata: metadata)
    }

    private mutating func makeTarget() -> ClaimTarget? {
        switch (code, campaign) {
        case (let code?, nil):
            if let text = CodeText(raw: code) { return .code(text) }
            errors["code"] = [CodeText.rule]
        case (nil, let key?):
            // A key that no campaign can have is an unknown one, not a malformed one; nothing has the empty key.
            return .campaign(key.utf8.count <= ClaimRequest.campaignKeyBytesMax ? key : "")
        case (_?, _?):
            errors["campaign"] = ["Send either code or campaign, not both."]
        case (nil, nil):
            if errors["code"] == nil, errors["campaign"] == nil { errors["code"] = ["Is required."] }
        }
        return nil
    }
}
