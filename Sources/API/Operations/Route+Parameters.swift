import JSONText

extension Route.Parameter {
    static let codeID = Route.Parameter(name: "code_id", schema: ["type": "integer"])
    static let campaignID = Route.Parameter(name: "campaign_id", schema: ["type": "integer"])
    static let page = [
        Route.Parameter(name: "limit", schema: ["type": "integer", "minimum": 1, "maximum": 5000, "default": 500]),
        Route.Parameter(name: "cursor", schema: ["type": "string"]),
    ]
}

extension Route.Parameter {
    static let codeState = Route.Parameter(
        name: "state",
        schema: ["type": "string", "enum": ["active", "redeemed", "exhausted", "expired", "revoked"]])
}
