import JSONText

/// The schemas that the document's operations refer to.
enum Schemas {
    static let all: JSONObject = {
        var all = JSONObject()
        for (name, schema) in requests + answers + resources + pages { all[name] = schema }
        return all
    }()

    private static let text: JSONTree = ["type": "string"]
    private static let number: JSONTree = ["type": "integer"]
    private static let flag: JSONTree = ["type": "boolean"]
    private static let id: JSONTree = ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991]
    private static let time: JSONTree = ["type": "string", "format": "date-time"]
    private static let day: JSONTree = ["type": ["string", "null"], "description": "RFC 3339, or a date."]
    private static let freeObject: JSONTree = ["type": ["object", "null"]]
    private static let account: JSONTree = ["type": ["string", "integer"]]

    private static func orNull(_ type: String) -> JSONTree { ["type": [.string(type), "null"]] }

    /// An object whose members are all there, except the named ones.
    private static func object(_ members: [(String, JSONTree)], optional: [String] = []) -> JSONTree {
        var properties = JSONObject()
        for (name, schema) in members { properties[name] = schema }
        let required = members.map(\.0).filter { !optional.contains($0) }
        var schema = JSONObject()
        schema["type"] = "object"
        schema["properties"] = .object(properties)
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    /// An object of which only the named members must be there.
    ///
    /// Others are refused, except in the rows of an import.
    private static func request(
        _ members: [(String, JSONTree)], required: [String] = [], isStrict: Bool = true
    ) -> JSONTree {
        let schema = object(members, optional: members.map(\.0).filter { !required.contains($0) })
        guard isStrict, case .object(var strict) = schema else { return schema }
        strict["additionalProperties"] = false
        return .object(strict)
    }

    // MARK: Requests

    private static let claimMembers: [(String, JSONTree)] = [
        ("code", ["type": "string", "maxLength": 128]), ("campaign", ["type": "string"]), ("redeemer_id", account),
        ("quantity", ["type": "integer", "minimum": 1, "maximum": 1000, "default": 1]), ("email", text), ("ip", text),
        ("user_agent", text), ("fingerprint", text), ("honeypot", ["type": ["string", "boolean", "null"]]),
        ("invitation_id", id), ("metadata", freeObject),
    ]

    private static let termMembers: [(String, JSONTree)] = [
        ("campaign_id", orNull("integer")), ("max_uses", orNull("integer")), ("expires_at", day),
        ("issuer_id", account), ("grant", freeObject), ("metadata", freeObject),
    ]

    private static let campaignMembers: [(String, JSONTree)] = [
        ("name", ["type": "string", "maxLength": 255]), ("description", orNull("string")),
        ("status", ["type": ["string", "null"], "enum": ["draft", "active", "paused", "ended", .null]]),
        ("max_redemptions_total", orNull("integer")), ("per_user_limit", orNull("integer")), ("starts_at", day),
        ("ends_at", day), ("reward_policy", freeObject), ("grant", freeObject),
    ]

    private static let datedMembers: [(String, JSONTree)] = [("position", text), ("as_of", time)]

    private static let summaryMembers: [(String, JSONTree)] = [
        ("codes_issued", number), ("redemptions", number), ("invites_sent", number), ("invites_accepted", number),
        ("referrals_qualified", number), ("distinct_referrers", number), ("places", number), ("codes_claimed", number),
        ("redemptions_released", number), ("holds", number), ("holds_confirmed", number), ("holds_released", number),
        ("holds_expired", number), ("k_factor", ["type": "number"]), ("acceptance_rate", ["type": "number"]),
        ("conversion_rate", ["type": "number"]), ("ttr_p50_seconds", orNull("integer")),
        ("ttr_p90_seconds", orNull("integer")),
    ]

    private static let requests: [(String, JSONTree)] = [
        ("ConfirmRequest", request([("follower", text), ("position", text)], required: ["follower", "position"])),
        ("EpochRequest", request([("epoch", number), ("primary", text)], required: ["epoch"])),
        ("ReplicationRequest", request([("sync_replicas", number)], required: ["sync_replicas"])),
        (
            "PromoteRequest",
            request([("tell", ["type": "array", "items": text, "description": "URLs of nodes to tell."])])
        ),
        ("RedeemRequest", request(claimMembers, required: ["redeemer_id"])),
        (
            "HoldRequest",
            request(
                claimMembers + [
                    ("ttl_seconds", ["type": "integer", "minimum": 1, "maximum": 604_800, "default": 600])
                ],
                required: ["redeemer_id"])
        ),
        ("ValidateRequest", request([("code", ["type": "string", "maxLength": 128])], required: ["code"])),
        (
            "CampaignRequest",
            request(
                [
                    ("key", ["type": "string", "maxLength": 120, "pattern": "^[a-z0-9-]+$"]),
                    (
                        "type",
                        [
                            "type": "string",
                            "enum": ["single_use", "multi_use", "capacity", "referral", "waitlist_skip"],
                        ]
                    ),
                ] + campaignMembers, required: ["key", "type", "name"])
        ),
        (
            "CampaignPatch",
            request(
                campaignMembers + [
                    ("key", text), ("type", text), ("tenant_id", text), ("created_by", orNull("integer")),
                ])
        ),
        (
            "GenerateRequest",
            request(
                [
                    ("count", ["type": "integer", "minimum": 1, "maximum": 1_000_000]),
                    ("length", ["type": ["integer", "null"], "minimum": 4, "maximum": 32]),
                ] + termMembers, required: ["count"])
        ),
        ("VanityRequest", request([("code", text)] + termMembers, required: ["code"])),
        (
            "SignRequest",
            request([("campaign_id", orNull("integer")), ("max_uses", orNull("integer")), ("expires_at", day)])
        ),
        ("CodePatch", request([("max_uses", number), ("expires_at", day)])),
        (
            "ImportRow",
            request(
                [("code", text), ("code_kind", text), ("campaign", text)] + termMembers, required: ["code"],
                isStrict: false)
        ),
        ("TenantRequest", request([("id", text), ("name", orNull("string"))], required: ["id"])),
        (
            "KeyRequest",
            request(
                [
                    ("name", text),
                    (
                        "scopes",
                        [
                            "type": "array",
                            "items": ["type": "string", "enum": ["claims", "read", "admin", "replicate", "root"]],
                        ]
                    ), ("expires_at", day),
                ], required: ["name", "scopes"])
        ),
    ]

    // MARK: Answers

    private static let claimAnswer: [(String, JSONTree)] = [("ok", flag), ("already", flag), ("position", text)]

    private static let answers: [(String, JSONTree)] = [
        (
            "RedeemAnswer",
            object(claimAnswer + [("redemption", OpenAPI.reference("Redemption")), ("referral", freeObject)])
        ),
        ("HoldAnswer", object(claimAnswer + [("hold", OpenAPI.reference("Hold"))])),
        ("BatchAnswer", ["anyOf": [OpenAPI.reference("RedeemAnswer"), OpenAPI.reference("Problem")]]),
        ("HoldEnvelope", object([("hold", OpenAPI.reference("Hold"))])),
        (
            "ValidateAnswer",
            object([("valid", flag), ("code_kind", text), ("remaining", orNull("integer"))])
        ),
        ("PendingCount", object([("pending", number)])),
        (
            "Problem",
            object(
                [
                    ("type", text), ("title", text), ("status", number), ("detail", text), ("code", text),
                    ("message", text), ("trace_id", text), ("ok", flag), ("valid", flag), ("error", text),
                    ("limit", text), ("remaining", number),
                    (
                        "errors",
                        ["type": "object", "additionalProperties": ["type": "array", "items": ["type": "string"]]]
                    ),
                ],
                optional: ["ok", "valid", "error", "limit", "remaining", "errors"])
        ),
        (
            "ImportReport",
            object([
                (
                    "data",
                    object([
                        ("imported", number), ("failed", number),
                        (
                            "failures",
                            [
                                "type": "array",
                                "items": object([("line", number), ("code", text), ("error", text), ("message", text)]),
                            ]
                        ),
                        ("ignored_columns", ["type": "array", "items": text]),
                    ])
                )
            ])
        ),
        (
            "Readiness",
            object([
                ("ready", flag),
                ("reasons", ["type": "array", "items": object([("code", text), ("message", text)])]),
                ("state", text), ("version", text), ("role", text), ("epoch", number),
                ("primary", orNull("string")), ("lag_ms", orNull("integer")), ("sync_replicas", number),
                ("durability", text),
                ("position", text), ("applied_position", text), ("lag", number), ("free_disk_bytes", number),
            ])
        ),
        ("Document", ["type": "object"]),
        ("MetricsEnvelope", object([("data", object(summaryMembers + datedMembers))])),
        (
            "FunnelEnvelope",
            object([
                (
                    "data",
                    object(
                        [
                            (
                                "steps",
                                ["type": "array", "items": object([("step", text), ("count", number)])]
                            )
                        ] + datedMembers)
                )
            ])
        ),
        (
            "TimeseriesEnvelope",
            object([
                (
                    "data",
                    object(
                        [
                            ("metric", text), ("interval", text),
                            ("points", ["type": "array", "items": object([("start", time), ("value", number)])]),
                        ] + datedMembers)
                )
            ])
        ),
        (
            "LeaderboardEnvelope",
            object([
                (
                    "data",
                    object(
                        [
                            (
                                "leaders",
                                [
                                    "type": "array",
                                    "items": object([
                                        ("rank", number), ("referrer_id", text), ("redemptions", number),
                                        ("places", number),
                                    ]),
                                ]
                            )
                        ] + datedMembers)
                )
            ])
        ),
        (
            "Confirmation", object([("connected", flag)])
        ),
        (
            "ReplicationEnvelope",
            object([
                (
                    "data",
                    object([
                        ("node", text), ("role", text), ("epoch", number), ("primary", orNull("string")),
                        ("position", text), ("applied_position", text), ("sync_replicas", number),
                        ("untold", ["type": "array", "items": text]),
                        (
                            "following",
                            [
                                "type": ["object", "null"],
                                "description":
                                    "How this node follows another one: state, upstream, lag_ms, last_error.",
                            ]
                        ),
                        (
                            "followers",
                            [
                                "type": "array",
                                "items": object([
                                    ("node", text), ("url", orNull("string")), ("position", text),
                                    ("sent_position", text), ("lag_sequences", number), ("lag_bytes", number),
                                    ("lag_seconds", ["type": "number"]), ("connected_seconds", ["type": "number"]),
                                ]),
                            ]
                        ),
                    ])
                )
            ])
        ),
    ]

    // MARK: Resources

    private static let redemptionMembers: [(String, JSONTree)] = [
        ("id", id), ("code_id", orNull("integer")), ("campaign_id", orNull("integer")), ("redeemer_id", text),
        ("invitation_id", orNull("integer")), ("quantity", number), ("redeemed_at", time),
    ]

    private static let resources: [(String, JSONTree)] = [
        ("Redemption", object(redemptionMembers)),
        ("AdminRedemption", object(redemptionMembers + [("released_at", orNull("string"))])),
        (
            "Hold",
            object([
                ("id", id), ("state", ["type": "string", "enum": ["held", "confirmed", "released", "expired"]]),
                ("code_id", orNull("integer")), ("campaign_id", orNull("integer")), ("redeemer_id", text),
                ("invitation_id", orNull("integer")), ("quantity", number), ("created_at", time), ("expires_at", time),
                ("redemption_id", orNull("integer")),
            ])
        ),
        (
            "Campaign",
            object([
                ("id", id), ("key", text), ("name", text), ("description", orNull("string")), ("type", text),
                ("status", text), ("max_redemptions_total", orNull("integer")), ("per_user_limit", number),
                ("starts_at", orNull("string")), ("ends_at", orNull("string")), ("reward_policy", freeObject),
                ("grant", freeObject), ("created_by", orNull("integer")), ("created_at", time), ("updated_at", time),
                ("redemptions_count", number),
                ("capacity", object([("limit", orNull("integer")), ("used", number), ("held", number)])),
            ])
        ),
        (
            "Code",
            object([
                ("id", id), ("campaign_id", orNull("integer")), ("code", text), ("code_kind", text), ("state", text),
                ("max_uses", orNull("integer")), ("current_uses", number), ("held", number),
                ("issuer_id", orNull("string")), ("expires_at", orNull("string")), ("revoked_at", orNull("string")),
                ("grant", freeObject), ("metadata", freeObject), ("created_at", time),
            ])
        ),
        (
            "SignedCode",
            object([
                ("code", text), ("code_kind", text), ("campaign_id", orNull("integer")), ("max_uses", number),
                ("expires_at", orNull("string")), ("created_at", time),
            ])
        ),
        ("Tenant", object([("id", text), ("name", text), ("created_at", time)])),
        ("Key", object(keyMembers)),
        ("CreatedKey", object(keyMembers + [("key", text)])),
    ]

    private static let keyMembers: [(String, JSONTree)] = [
        ("id", id), ("name", text), ("scopes", ["type": "array", "items": ["type": "string"]]), ("created_at", time),
        ("expires_at", orNull("string")), ("revoked_at", orNull("string")),
    ]

    // MARK: Wrappings

    private static let pages: [(String, JSONTree)] =
        ["Campaign", "Code", "SignedCode", "Tenant", "Key", "CreatedKey"].map { name in
            ("\(name)Envelope", object([("data", OpenAPI.reference(name))]))
        } + [
            ("RedemptionEnvelope", object([("data", OpenAPI.reference("AdminRedemption"))])),
            ("CodeList", object([("data", ["type": "array", "items": OpenAPI.reference("Code")])])),
        ]
        + [
            ("Campaign", "Campaign"), ("Code", "Code"), ("Tenant", "Tenant"), ("Key", "Key"), ("Hold", "Hold"),
            ("Redemption", "AdminRedemption"),
        ].map { (name, item) in
            (
                "\(name)Page",
                object([
                    ("data", ["type": "array", "items": OpenAPI.reference(item)]), ("next_cursor", orNull("string")),
                    ("has_more", flag),
                ])
            )
        }
}
