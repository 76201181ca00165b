import Domain
import JSONText
import Journal
import NIOCore
import Wire

/// Writes the resources of the administration surface as JSON.
struct ResourceWriter: Sendable {
    let ids: PublicIDs

    func write(_ campaign: CampaignView, to writer: inout JSONWriter) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(campaign.number))
        writer.raw(",\"key\":")
        writer.string(campaign.key)
        writer.raw(",\"name\":")
        writer.string(campaign.name)
        writer.raw(",\"description\":")
        writer.string(campaign.description)
        writer.raw(",\"type\":")
        writer.string(campaign.type.word)
        writer.raw(",\"status\":")
        writer.string(campaign.status.word)
        writer.raw(",\"max_redemptions_total\":")
        writer.integer(campaign.capacity.limit)
        writer.raw(",\"per_user_limit\":")
        writer.integer(campaign.perUserLimit)
        writer.raw(",\"starts_at\":")
        writer.time(campaign.startsAt)
        writer.raw(",\"ends_at\":")
        writer.time(campaign.endsAt)
        writer.raw(",\"reward_policy\":")
        writer.json(campaign.rewardPolicy)
        writer.raw(",\"grant\":")
        writer.json(campaign.grant)
        writer.raw(",\"created_by\":")
        writer.integer(campaign.createdBy.map(ids.id))
        writer.raw(",\"created_at\":")
        writer.time(campaign.createdAt)
        writer.raw(",\"updated_at\":")
        writer.time(campaign.updatedAt)
        writer.raw(",\"redemptions_count\":")
        writer.integer(campaign.redemptionsCount)
        writer.raw(",\"capacity\":{\"limit\":")
        writer.integer(campaign.capacity.limit)
        writer.raw(",\"used\":")
        writer.integer(campaign.capacity.used)
        writer.raw(",\"held\":")
        writer.integer(campaign.capacity.held)
        writer.raw("}}")
    }

    func write(_ code: CodeView, to writer: inout JSONWriter) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(code.number))
        writer.raw(",\"campaign_id\":")
        writer.integer(code.campaign.map(ids.id))
        writer.raw(",\"code\":")
        writer.string(code.text)
        writer.raw(",\"code_kind\":")
        writer.string(code.kind.word)
        writer.raw(",\"state\":")
        writer.string(code.state.word)
        writer.raw(",\"max_uses\":")
        writer.integer(code.capacity.limit)
        writer.raw(",\"current_uses\":")
        writer.integer(code.capacity.used)
        writer.raw(",\"held\":")
        writer.integer(code.capacity.held)
        writer.raw(",\"issuer_id\":")
        writer.string(code.issuer?.text)
        writer.raw(",\"expires_at\":")
        writer.time(code.expiresAt)
        writer.raw(",\"revoked_at\":")
        writer.time(code.revokedAt)
        writer.raw(",\"grant\":")
        writer.json(code.grant)
        writer.raw(",\"metadata\":")
        writer.json(code.metadata)
        writer.raw(",\"created_at\":")
        writer.time(code.createdAt)
        writer.raw("}")
    }

    func write(_ code: SignedCode, to writer: inout JSONWriter) {
        writer.raw("{\"code\":")
        writer.string(code.text)
        writer.raw(",\"code_kind\":\"signed\",\"campaign_id\":")
        writer.integer(code.campaign.map(ids.id))
        writer.raw(",\"max_uses\":")
        writer.integer(code.maxUses)
        writer.raw(",\"expires_at\":")
        writer.time(code.expiresAt)
        writer.raw(",\"created_at\":")
        writer.time(code.createdAt)
        writer.raw("}")
    }

    func write(_ redemption: Redemption, to writer: inout JSONWriter) {
        var answer = ClaimAnswer(ids: ids)
        answer.write(redemption, to: &writer)
        // The user surface's members, and one more: reopen the object.
        writer.buffer.moveWriterIndex(to: writer.buffer.writerIndex - 1)
        writer.raw(",\"released_at\":")
        writer.time(redemption.releasedAt)
        writer.raw("}")
    }

    func write(_ hold: Hold, to writer: inout JSONWriter) {
        var answer = ClaimAnswer(ids: ids)
        answer.write(hold, to: &writer)
    }

    func write(_ tenant: TenantView, to writer: inout JSONWriter) {
        writer.raw("{\"id\":")
        writer.string(tenant.id)
        writer.raw(",\"name\":")
        writer.string(tenant.name)
        writer.raw(",\"created_at\":")
        writer.time(tenant.createdAt)
        writer.raw("}")
    }

    func write(_ key: KeyView, text: String? = nil, to writer: inout JSONWriter) {
        writer.raw("{\"id\":")
        writer.integer(ids.id(key.number))
        writer.raw(",\"name\":")
        writer.string(key.name)
        writer.raw(",\"scopes\":[")
        for (index, scope) in key.scopes.codes.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(scope)
        }
        writer.raw("],\"created_at\":")
        writer.time(key.createdAt)
        writer.raw(",\"expires_at\":")
        writer.time(key.expiresAt)
        writer.raw(",\"revoked_at\":")
        writer.time(key.revokedAt)
        if let text {
            writer.raw(",\"key\":")
            writer.string(text)
        }
        writer.raw("}")
    }
}

extension JSONWriter {
    /// JSON text that was checked when it was stored, or null.
    mutating func json(_ text: [UInt8]?) {
        if let text { raw(text) } else { raw("null") }
    }
}
