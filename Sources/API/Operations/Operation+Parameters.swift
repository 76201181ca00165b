import JSONText

extension Operation.Parameter {
    static let codeID = Operation.Parameter(name: "code_id", schema: ["type": "integer"])
    static let campaignID = Operation.Parameter(name: "campaign_id", schema: ["type": "integer"])
    static let page = [
        Operation.Parameter(name: "limit", schema: ["type": "integer", "minimum": 1, "maximum": 5000, "default": 500]),
        Operation.Parameter(name: "cursor", schema: ["type": "string"]),
    ]
}

extension Operation.Parameter {
    static let codeState = Operation.Parameter(
        name: "state",
        schema: ["type": "string", "enum": ["active", "redeemed", "exhausted", "expired", "revoked"]])
}
