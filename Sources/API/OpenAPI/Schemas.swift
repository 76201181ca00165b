import JSONText
import Wire

/// The schemas that operations of the document refer to.
enum Schemas {
    static let all: JSONObject = {
        var all = JSONObject()
        for (name, schema) in requests + answers + resources + pages { all[name] = schema }
        return all
    }()

    // MARK: Requests

    private static let claimMembers: [(String, JSONTree)] = [
        ("code", ["type": "string", "maxLength": 128]), ("campaign", ["type": "string"]),
        ("redeemer_id", Schema.account),
        ("quantity", ["type": "integer", "minimum": 1, "maximum": 1000, "default": 1]), ("email", Schema.text),
        ("ip", Schema.text),
        ("user_agent", Schema.text), ("fingerprint", Schema.text),
        ("honeypot", ["type": ["string", "boolean", "null"]]),
        ("invitation_id", Schema.id), ("metadata", Schema.freeObject),
    ]

    private static let termMembers: [(String, JSONTree)] = [
        ("campaign_id", Schema.orNull("integer")), ("max_uses", Schema.orNull("integer")), ("expires_at", Schema.day),
        ("issuer_id", Schema.account), ("grant", Schema.freeObject), ("metadata", Schema.freeObject),
    ]

    private static let campaignMembers: [(String, JSONTree)] = [
        ("name", ["type": "string", "maxLength": 255]), ("description", Schema.orNull("string")),
        ("status", ["type": ["string", "null"], "enum": ["draft", "active", "paused", "ended", .null]]),
        ("max_redemptions_total", Schema.orNull("integer")), ("per_user_limit", Schema.orNull("integer")),
        ("starts_at", Schema.day),
        ("ends_at", Schema.day), ("reward_policy", Schema.freeObject), ("grant", Schema.freeObject),
    ]

    private static let datedMembers: [(String, JSONTree)] = [("position", Schema.text), ("as_of", Schema.time)]

    private static let summaryMembers: [(String, JSONTree)] = [
        ("codes_issued", Schema.number), ("redemptions", Schema.number), ("invites_sent", Schema.number),
        ("invites_accepted", Schema.number),
        ("referrals_qualified", Schema.number), ("distinct_referrers", Schema.number), ("places", Schema.number),
        ("codes_claimed", Schema.number),
        ("redemptions_released", Schema.number), ("holds", Schema.number), ("holds_confirmed", Schema.number),
        ("holds_released", Schema.number),
        ("holds_expired", Schema.number), ("k_factor", ["type": "number"]), ("acceptance_rate", ["type": "number"]),
        ("conversion_rate", ["type": "number"]), ("ttr_p50_seconds", Schema.orNull("integer")),
        ("ttr_p90_seconds", Schema.orNull("integer")),
    ]

    private static let requests: [(String, JSONTree)] = [
        (
            "ConfirmRequest",
            Schema.request(
                [("follower", Schema.text), ("position", Schema.text), ("registration", Schema.number)],
                required: ["follower", "position"])
        ),
        ("EpochRequest", Schema.request([("epoch", Schema.number), ("primary", Schema.text)], required: ["epoch"])),
        ("ReplicationRequest", Schema.request([("sync_replicas", Schema.number)], required: ["sync_replicas"])),
        (
            "PromoteRequest",
            Schema.request([("tell", ["type": "array", "items": Schema.text, "description": "URLs of nodes to tell."])])
        ),
        ("RedeemRequest", Schema.request(claimMembers, required: ["redeemer_id"])),
        (
            "HoldRequest",
            Schema.request(
                claimMembers + [
                    ("ttl_seconds", ["type": "integer", "minimum": 1, "maximum": 604_800, "default": 600])
                ],
                required: ["redeemer_id"])
        ),
        ("ValidateRequest", Schema.request([("code", ["type": "string", "maxLength": 128])], required: ["code"])),
        (
            "CampaignRequest",
            Schema.request(
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
            Schema.request(
                campaignMembers + [
                    ("key", Schema.text), ("type", Schema.text), ("tenant_id", Schema.text),
                    ("created_by", Schema.orNull("integer")),
                ])
        ),
        (
            "GenerateRequest",
            Schema.request(
                [
                    ("count", ["type": "integer", "minimum": 1, "maximum": 1_000_000]),
                    ("length", ["type": ["integer", "null"], "minimum": 4, "maximum": 32]),
                ] + termMembers, required: ["count"])
        ),
        ("VanityRequest", Schema.request([("code", Schema.text)] + termMembers, required: ["code"])),
        (
            "SignRequest",
            Schema.request([
                ("campaign_id", Schema.orNull("integer")), ("max_uses", Schema.orNull("integer")),
                ("expires_at", Schema.day),
            ])
        ),
        ("CodePatch", Schema.request([("max_uses", Schema.number), ("expires_at", Schema.day)])),
        (
            "ImportRow",
            Schema.request(
                [("code", Schema.text), ("code_kind", Schema.text), ("campaign", Schema.text)] + termMembers,
                required: ["code"],
                isStrict: false)
        ),
        ("TenantRequest", Schema.request([("id", Schema.text), ("name", Schema.orNull("string"))], required: ["id"])),
        (
            "KeyRequest",
            Schema.request(
                [
                    ("name", Schema.text),
                    (
                        "scopes",
                        [
                            "type": "array",
                            "items": ["type": "string", "enum": ["claims", "read", "admin", "replicate", "root"]],
                        ]
                    ), ("expires_at", Schema.day),
                ], required: ["name", "scopes"])
        ),
    ]

    // MARK: Answers

    private static let claimAnswer: [(String, JSONTree)] = [
        ("ok", Schema.flag), ("already", Schema.flag), ("position", Schema.text),
    ]

    private static let redeemAnswer =
        claimAnswer + [("redemption", Schema.reference("Redemption")), ("referral", Schema.freeObject)]

    private static let answers: [(String, JSONTree)] = [
        ("RedeemAnswer", Schema.object(redeemAnswer)),
        ("RedeemLine", Schema.object(redeemAnswer + [("status", Schema.number)])),
        ("HoldAnswer", Schema.object(claimAnswer + [("hold", Schema.reference("Hold"))])),
        ("HoldRepeat", ["anyOf": [Schema.reference("HoldAnswer"), Schema.reference("RedeemAnswer")]]),
        ("BatchAnswer", ["anyOf": [Schema.reference("RedeemLine"), Schema.reference("Problem")]]),
        ("HoldEnvelope", Schema.object([("hold", Schema.reference("Hold"))])),
        (
            "ValidateAnswer",
            Schema.object([("valid", Schema.flag), ("code_kind", Schema.text), ("remaining", Schema.orNull("integer"))])
        ),
        ("PendingCount", Schema.object([("pending", Schema.number)])),
        (
            "Problem",
            Schema.object(
                [
                    ("type", Schema.text), ("title", Schema.text), ("status", Schema.number), ("detail", Schema.text),
                    ("code", Schema.text),
                    ("message", Schema.text), ("trace_id", Schema.text), ("ok", Schema.flag), ("valid", Schema.flag),
                    ("error", Schema.text),
                    ("limit", Schema.text), ("remaining", Schema.number),
                    (
                        "errors",
                        ["type": "object", "additionalProperties": ["type": "array", "items": ["type": "string"]]]
                    ),
                ],
                optional: ["ok", "valid", "error", "limit", "remaining", "errors"])
        ),
        (
            "ImportReport",
            Schema.object([
                (
                    "data",
                    Schema.object([
                        ("imported", Schema.number), ("failed", Schema.number),
                        (
                            "failures",
                            [
                                "type": "array",
                                "items": Schema.object([
                                    ("line", Schema.number), ("code", Schema.text), ("error", Schema.text),
                                    ("message", Schema.text),
                                ]),
                            ]
                        ),
                        ("ignored_columns", ["type": "array", "items": Schema.text]),
                    ])
                )
            ])
        ),
        (
            "Readiness",
            Schema.object([
                ("ready", Schema.flag),
                (
                    "reasons",
                    ["type": "array", "items": Schema.object([("code", Schema.text), ("message", Schema.text)])]
                ),
                ("state", Schema.text), ("version", Schema.text), ("role", Schema.text), ("epoch", Schema.number),
                ("primary", Schema.orNull("string")), ("lag_ms", Schema.orNull("integer")),
                ("sync_replicas", Schema.number),
                ("durability", Schema.text),
                ("position", Schema.text), ("applied_position", Schema.text), ("lag", Schema.number),
                ("free_disk_bytes", Schema.number),
            ])
        ),
        ("Document", ["type": "object"]),
        ("MetricsEnvelope", Schema.object([("data", Schema.object(summaryMembers + datedMembers))])),
        (
            "FunnelEnvelope",
            Schema.object([
                (
                    "data",
                    Schema.object(
                        [
                            (
                                "steps",
                                [
                                    "type": "array",
                                    "items": Schema.object([("step", Schema.text), ("count", Schema.number)]),
                                ]
                            )
                        ] + datedMembers)
                )
            ])
        ),
        (
            "TimeseriesEnvelope",
            Schema.object([
                (
                    "data",
                    Schema.object(
                        [
                            ("metric", Schema.text), ("interval", Schema.text),
                            (
                                "points",
                                [
                                    "type": "array",
                                    "items": Schema.object([("start", Schema.time), ("value", Schema.number)]),
                                ]
                            ),
                        ] + datedMembers)
                )
            ])
        ),
        (
            "LeaderboardEnvelope",
            Schema.object([
                (
                    "data",
                    Schema.object(
                        [
                            (
                                "leaders",
                                [
                                    "type": "array",
                                    "items": Schema.object([
                                        ("rank", Schema.number), ("referrer_id", Schema.text),
                                        ("redemptions", Schema.number),
                                        ("places", Schema.number),
                                    ]),
                                ]
                            )
                        ] + datedMembers)
                )
            ])
        ),
        (
            "Confirmation", Schema.object([("connected", Schema.flag)])
        ),
        (
            "ReplicationEnvelope",
            Schema.object([
                (
                    "data",
                    Schema.object([
                        ("node", Schema.text), ("role", Schema.text), ("epoch", Schema.number),
                        ("primary", Schema.orNull("string")),
                        ("position", Schema.text), ("applied_position", Schema.text), ("sync_replicas", Schema.number),
                        ("untold", ["type": "array", "items": Schema.text]),
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
                                "items": Schema.object([
                                    ("node", Schema.text), ("url", Schema.orNull("string")), ("position", Schema.text),
                                    ("sent_position", Schema.text), ("lag_sequences", Schema.number),
                                    ("lag_bytes", Schema.number),
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
        ("id", Schema.id), ("code_id", Schema.orNull("integer")), ("campaign_id", Schema.orNull("integer")),
        ("redeemer_id", Schema.text),
        ("invitation_id", Schema.orNull("integer")), ("quantity", Schema.number), ("redeemed_at", Schema.time),
    ]

    private static let resources: [(String, JSONTree)] = [
        ("Redemption", Schema.object(redemptionMembers)),
        ("AdminRedemption", Schema.object(redemptionMembers + [("released_at", Schema.orNull("string"))])),
        (
            "Hold",
            Schema.object([
                ("id", Schema.id),
                ("state", ["type": "string", "enum": ["held", "confirmed", "released", "expired"]]),
                ("code_id", Schema.orNull("integer")), ("campaign_id", Schema.orNull("integer")),
                ("redeemer_id", Schema.text),
                ("invitation_id", Schema.orNull("integer")), ("quantity", Schema.number), ("created_at", Schema.time),
                ("expires_at", Schema.time),
                ("redemption_id", Schema.orNull("integer")),
            ])
        ),
        (
            "Campaign",
            Schema.object([
                ("id", Schema.id), ("key", Schema.text), ("name", Schema.text),
                ("description", Schema.orNull("string")), ("type", Schema.text),
                ("status", Schema.text), ("max_redemptions_total", Schema.orNull("integer")),
                ("per_user_limit", Schema.number),
                ("starts_at", Schema.orNull("string")), ("ends_at", Schema.orNull("string")),
                ("reward_policy", Schema.freeObject),
                ("grant", Schema.freeObject), ("created_by", Schema.orNull("integer")), ("created_at", Schema.time),
                ("updated_at", Schema.time),
                ("redemptions_count", Schema.number),
                (
                    "capacity",
                    Schema.object([
                        ("limit", Schema.orNull("integer")), ("used", Schema.number), ("held", Schema.number),
                    ])
                ),
            ])
        ),
        (
            "Code",
            Schema.object([
                ("id", Schema.id), ("campaign_id", Schema.orNull("integer")), ("code", Schema.text),
                ("code_kind", Schema.text), ("state", Schema.text),
                ("max_uses", Schema.orNull("integer")), ("current_uses", Schema.number), ("held", Schema.number),
                ("issuer_id", Schema.orNull("string")), ("expires_at", Schema.orNull("string")),
                ("revoked_at", Schema.orNull("string")),
                ("grant", Schema.freeObject), ("metadata", Schema.freeObject), ("created_at", Schema.time),
            ])
        ),
        (
            "SignedCode",
            Schema.object([
                ("code", Schema.text), ("code_kind", Schema.text), ("campaign_id", Schema.orNull("integer")),
                ("max_uses", Schema.number),
                ("expires_at", Schema.orNull("string")), ("created_at", Schema.time),
            ])
        ),
        ("Tenant", Schema.object([("id", Schema.text), ("name", Schema.text), ("created_at", Schema.time)])),
        ("Key", Schema.object(keyMembers)),
        (
            "CreatedKey",
            Schema.object(
                keyMembers + [
                    (
                        "key",
                        ["type": ["string", "null"], "description": "The key; null where the answer is a replay."]
                    )
                ])
        ),
    ]

    private static let keyMembers: [(String, JSONTree)] = [
        ("id", Schema.id), ("name", Schema.text), ("scopes", ["type": "array", "items": ["type": "string"]]),
        ("created_at", Schema.time),
        ("expires_at", Schema.orNull("string")), ("revoked_at", Schema.orNull("string")),
    ]

    // MARK: Wrappings

    private static let pages: [(String, JSONTree)] =
        ["Campaign", "Code", "SignedCode", "Tenant", "Key", "CreatedKey"].map { name in
            ("\(name)Envelope", Schema.object([("data", Schema.reference(name))]))
        } + [
            ("RedemptionEnvelope", Schema.object([("data", Schema.reference("AdminRedemption"))])),
            ("CodeList", Schema.object([("data", ["type": "array", "items": Schema.reference("Code")])])),
        ]
        + [
            ("Campaign", "Campaign"), ("Code", "Code"), ("Tenant", "Tenant"), ("Key", "Key"), ("Hold", "Hold"),
            ("Redemption", "AdminRedemption"),
        ].map { (name, item) in
            (
                "\(name)Page",
                Schema.object([
                    ("data", ["type": "array", "items": Schema.reference(item)]),
                    ("next_cursor", Schema.orNull("string")),
                    ("has_more", Schema.flag),
                ])
            )
        }
}
