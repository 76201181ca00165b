internal import JSONText

/// Checks a reward policy.
///
/// It is kept as it is; an unknown member is an error.
enum RewardPolicyRules {
    private static let parties = ["referrer", "referee"]
    private static let rewardNames = ["type", "trigger", "amount", "milestone", "unit"]
    private static let types = ["credit", "perk", "tier_upgrade", "discount"]
    private static let triggers = ["on_redemption", "on_activation", "on_milestone"]

    /// Adds what is wrong with a policy's JSON text.
    static func check(_ bytes: [UInt8], errors: inout FieldErrors) {
        guard let members = JSONRules.checkObject(bytes, "reward_policy", errors: &errors) else { return }
        errors.checkNames(of: members, among: parties + ["per_referrer_total"], path: "reward_policy")
        for party in parties {
            switch members[party] ?? .null {
            case .null: break
            case .object(let reward): checkReward(reward, path: "reward_policy.\(party)", errors: &errors)
            default: errors.add("reward_policy.\(party)", "Must be an object.")
            }
        }
        switch members["per_referrer_total"] ?? .null {
        case .null: break
        case .integer(let total) where total >= 0: break
        case .string(let text) where UInt32(text) != nil: break
        default: errors.add("reward_policy.per_referrer_total", "Must be a number of rewards.")
        }
    }

    private static func checkReward(_ reward: JSONObject, path: String, errors: inout FieldErrors) {
        errors.checkNames(of: reward, among: rewardNames, path: path)
        checkWord(reward["type"], in: types, "\(path).type", errors: &errors)
        checkWord(reward["trigger"], in: triggers, "\(path).trigger", errors: &errors)
        switch reward["amount"] ?? .null {
        case .null: break
        case .integer(let amount) where amount >= 0: break
        default: errors.add("\(path).amount", "Must be a whole number that is not negative.")
        }
        switch reward["milestone"] ?? .null {
        case .null: break
        case .integer(let milestone) where milestone >= 1: break
        default: errors.add("\(path).milestone", "Must be a whole number of at least 1.")
        }
        switch reward["unit"] ?? .null {
        case .null: break
        case .string(let unit) where unit.unicodeScalars.count <= 255: break
        default: errors.add("\(path).unit", "Must be a text of at most 255 characters.")
        }
    }

    private static func checkWord(
        _ value: JSONTree?, in words: [String], _ field: String, errors: inout FieldErrors
    ) {
        switch value ?? .null {
        case .null: break
        case .string(let word) where words.contains(word): break
        default: errors.add(field, "Must be one of \(words.joined(separator: ", ")).")
        }
    }
}
