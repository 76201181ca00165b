internal import JSONText

/// Reads a reward policy.
///
/// It is kept as it is; an unknown member is an error. Claims read ``RewardPolicy``, which is made of what was read.
///
/// ```json
/// {"referrer": [{"trigger": "on_redemption", "amount": 500, "currency": "EUR", "hold_seconds": 1209600},
///               {"trigger": "on_milestone", "milestone": 10, "type": "perk", "unit": "shirt"}],
///  "referee": {"trigger": "on_activation", "amount": 1000, "currency": "EUR"},
///  "per_referrer_total": 20, "budget": {"amount": 1000000, "currency": "EUR"}, "family": "spring"}
/// ```
enum RewardPolicyRules {
    private static let rewardNames = [
        "type", "trigger", "amount", "milestone", "unit", "currency", "tiers", "hold_seconds", "expire_seconds",
    ]
    private static let names = RewardParty.allCases.map(\.word) + ["per_referrer_total", "budget", "family"]

    /// The most characters of a unit.
    static let unitLengthMax = 255
    /// The most characters of the name of a family.
    static let familyLengthMax = 120

    /// Reads a policy's JSON text, and adds what is wrong with it.
    ///
    /// - Returns: All that is good of it; nil when it is no object.
    static func read(_ bytes: [UInt8], errors: inout FieldErrors) -> RewardPolicyDraft? {
        guard let members = JSONRules.checkObject(bytes, "reward_policy", errors: &errors) else { return nil }
        errors.checkNames(of: members, among: names, path: "reward_policy")
        var draft = RewardPolicyDraft()
        for party in RewardParty.allCases {
            let path = "reward_policy.\(party.word)"
            switch members[party.word] ?? .null {
            case .null: break
            case .object(let reward): add([(reward, path)], of: party, to: &draft, errors: &errors)
            case .array(let list):
                var rewards: [(JSONObject, String)] = []
                for (index, entry) in list.enumerated() {
                    if let reward = entry.object {
                        rewards.append((reward, "\(path).\(index)"))
                    } else {
                        errors.add("\(path).\(index)", "Must be an object.")
                    }
                }
                add(rewards, of: party, to: &draft, errors: &errors)
            default: errors.add(path, "Must be an object, or a list of objects.")
            }
        }
        draft.cap = cap(members["per_referrer_total"] ?? .null, errors: &errors)
        draft.budget = budget(members["budget"] ?? .null, of: draft, errors: &errors)
        draft.family = family(members["family"] ?? .null, errors: &errors)
        return draft
    }

    // MARK: Rewards

    /// Reads the rewards of a party: one for each occasion, and milestones that differ.
    private static func add(
        _ rewards: [(JSONObject, String)], of party: RewardParty, to draft: inout RewardPolicyDraft,
        errors: inout FieldErrors
    ) {
        var milestones: Set<UInt64> = []
        var triggers: Set<RewardTrigger> = []
        for (members, path) in rewards {
            guard let reward = reward(members, of: party, path: path, errors: &errors) else { continue }
            if let milestone = reward.terms.milestone {
                guard milestones.count < RewardPolicy.milestonesMax, milestones.insert(milestone).inserted else {
                    errors.add(
                        "\(path).milestone",
                        "Each milestone must be another one, and there are at most \(RewardPolicy.milestonesMax).")
                    continue
                }
            } else if !triggers.insert(reward.terms.trigger).inserted {
                errors.add("\(path).trigger", "There is a reward for this occasion already.")
                continue
            }
            draft.rewards.append(reward)
        }
    }

    private static func reward(
        _ members: JSONObject, of party: RewardParty, path: String, errors: inout FieldErrors
    ) -> RewardPolicyDraft.Reward? {
        var faults = FieldErrors()
        faults.checkNames(of: members, among: rewardNames, path: path)
        let type: RewardType? = word(members["type"], "\(path).type", default: .credit, errors: &faults)
        let trigger: RewardTrigger? = word(
            members["trigger"], "\(path).trigger", default: .onActivation, errors: &faults)
        let seconds = 1...RewardPolicy.secondsMax
        let holding = number(members["hold_seconds"], "\(path).hold_seconds", in: seconds, errors: &faults)
        let lifetime = number(members["expire_seconds"], "\(path).expire_seconds", in: seconds, errors: &faults)
        if let trigger, trigger != .onActivation, holding != nil, lifetime != nil {
            faults.add("\(path).expire_seconds", "Has no effect beside hold_seconds: leave out one of the two.")
        }
        let milestone = milestone(members, trigger, path: path, errors: &faults)
        let amount = number(members["amount"], "\(path).amount", in: 0...RewardPolicy.amountMax, errors: &faults)
        let unit = unit(of: members, path: path, errors: &faults)
        let tiers = tiers(members["tiers"] ?? .null, trigger, path: "\(path).tiers", errors: &faults)
        errors.add(faults)
        guard faults.isEmpty, let type, let trigger else { return nil }
        let terms = RewardTerms(
            party: party, trigger: trigger, type: type, amount: amount, milestone: milestone,
            holdingSeconds: holding.map { UInt32($0) }, lifetimeSeconds: lifetime.map { UInt32($0) })
        return RewardPolicyDraft.Reward(terms: terms, unit: unit, tiers: tiers)
    }

    private static func milestone(
        _ members: JSONObject, _ trigger: RewardTrigger?, path: String, errors: inout FieldErrors
    ) -> UInt64? {
        let milestone = number(
            members["milestone"], "\(path).milestone", in: 1...RewardPolicy.countMax, errors: &errors)
        guard let trigger else { return nil }
        let isGiven = members["milestone"] ?? .null != .null
        errors.check(
            isGiven == (trigger == .onMilestone), "\(path).milestone",
            isGiven ? "Goes only with the trigger on_milestone." : "Is required for the trigger on_milestone.")
        return milestone
    }

    private static func tiers(
        _ value: JSONTree, _ trigger: RewardTrigger?, path: String, errors: inout FieldErrors
    ) -> [(from: UInt64, amount: UInt64)] {
        if value == .null { return [] }
        guard let list = value.array, list.count <= RewardPolicy.tiersMax else {
            errors.add(path, "Must be a list of at most \(RewardPolicy.tiersMax) tiers.")
            return []
        }
        errors.check(trigger != .onMilestone, path, "Does not go with the trigger on_milestone.")
        var tiers: [(from: UInt64, amount: UInt64)] = []
        for (index, entry) in list.enumerated() {
            let place = "\(path).\(index)"
            guard let members = entry.object else {
                errors.add(place, "Must be an object.")
                continue
            }
            errors.checkNames(of: members, among: ["from", "amount"], path: place)
            let from = number(members["from"], "\(place).from", in: 1...RewardPolicy.countMax, errors: &errors)
            let amount = number(members["amount"], "\(place).amount", in: 0...RewardPolicy.amountMax, errors: &errors)
            guard let from, let amount else {
                errors.add(place, "Must have from and amount.")
                continue
            }
            errors.check(
                tiers.last.map { $0.from < from } ?? true, "\(place).from", "Must be above that of the tier before.")
            tiers.append((from, amount))
        }
        return tiers
    }

    // MARK: Limits

    private static func cap(_ value: JSONTree, errors: inout FieldErrors) -> UInt64? {
        switch value {
        case .null: return nil
        case .integer(let total) where total >= 0: return min(UInt64(total), UInt64(RewardPolicy.countMax))
        case .string(let text):
            if let total = UInt32(text) { return min(UInt64(total), UInt64(RewardPolicy.countMax)) }
        default: break
        }
        errors.add("reward_policy.per_referrer_total", "Must be a number of rewards.")
        return nil
    }

    private static func budget(
        _ value: JSONTree, of draft: RewardPolicyDraft, errors: inout FieldErrors
    ) -> (amount: UInt64, unit: RewardWord?)? {
        let path = "reward_policy.budget"
        if value == .null { return nil }
        guard let members = value.object else {
            errors.add(path, "Must be an object.")
            return nil
        }
        errors.checkNames(of: members, among: ["amount", "unit", "currency"], path: path)
        let unit = unit(of: members, path: path, errors: &errors)
        let amount = number(members["amount"], "\(path).amount", in: 0...RewardPolicy.budgetMax, errors: &errors)
        guard let amount else {
            if members["amount"] ?? .null == .null { errors.add("\(path).amount", "Is required.") }
            return nil
        }
        errors.check(draft.rewards.contains { $0.unit == unit }, path, "No reward of this policy has this unit.")
        return (amount, unit)
    }

    private static func family(_ value: JSONTree, errors: inout FieldErrors) -> RewardWord? {
        switch value {
        case .null: return nil
        case .string(let text) where (1...familyLengthMax).contains(text.unicodeScalars.count):
            return RewardWord(kind: .family, text: text)
        default:
            errors.add("reward_policy.family", "Must be a text of 1 to \(familyLengthMax) characters.")
            return nil
        }
    }

    // MARK: Members

    /// The unit or the currency of an amount; a unit that is the code of a currency is that currency.
    private static func unit(of members: JSONObject, path: String, errors: inout FieldErrors) -> RewardWord? {
        let (unit, currency) = (members["unit"] ?? .null, members["currency"] ?? .null)
        errors.check(
            unit == .null || currency == .null, "\(path).currency", "Must not be given together with unit.")
        switch currency {
        case .null: break
        case .string(let code) where Currencies.codes.contains(code): return RewardWord(kind: .currency, text: code)
        default: errors.add("\(path).currency", "Must be a code of ISO 4217, such as EUR.")
        }
        switch unit {
        case .null: return nil
        case .string(let text) where text.unicodeScalars.count <= unitLengthMax:
            if text.isEmpty { return nil }
            return RewardWord(kind: Currencies.codes.contains(text) ? .currency : .unit, text: text)
        default:
            errors.add("\(path).unit", "Must be a text of at most \(unitLengthMax) characters.")
            return nil
        }
    }

    private static func number(
        _ value: JSONTree?, _ field: String, in range: ClosedRange<Int64>, errors: inout FieldErrors
    ) -> UInt64? {
        switch value ?? .null {
        case .null: return nil
        case .integer(let number) where range.contains(number): return UInt64(number)
        default:
            errors.add(field, "Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
    }

    private static func word<Word: WireWord>(
        _ value: JSONTree?, _ field: String, default standard: Word, errors: inout FieldErrors
    ) -> Word? {
        switch value ?? .null {
        case .null: return standard
        case .string(let text):
            if let word = Word(word: text) { return word }
        default: break
        }
        errors.add(field, "Must be one of \(Word.allCases.map(\.word).joined(separator: ", ")).")
        return nil
    }
}
