internal import Journal
public import Store

/// The ledger of rewards: looking at them, and bringing them from state to state.
///
/// `pending` → `granted` → (`held` → `confirmed`), and from each of these to `reversed`; `pending` and `granted` expire at
/// the end of their life. A reward that is over stays so.
public enum Rewards {
    /// The reward of a number; nil when there is none.
    ///
    /// Reads one record.
    public static func find(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> Reward? {
        state.read(Tables.rewards, RecordKeys.entity(tenant, number)) { Reward.decode(number, $0) }
    }

    /// The same, as it is shown.
    public static func view(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> RewardView? {
        find(number, tenant: tenant, state: state).map { view($0, tenant: tenant, state: state) }
    }

    static func view(_ reward: Reward, tenant: TenantNumber, state: some StateReading) -> RewardView {
        RewardView(reward: reward, unit: reward.unit.flatMap { RewardWords.find($0, tenant: tenant, state: state) })
    }

    /// All rewards of a referral, in the order of parties and occasions.
    static func of(_ referral: Referral, tenant: TenantNumber, state: some StateReading) -> [RewardView] {
        var rewards: [RewardView] = []
        referral.rewards.visit { _, _, number in
            guard let reward = view(number, tenant: tenant, state: state) else { damagedRecord("referrals") }
            rewards.append(reward)
        }
        return rewards
    }

    // MARK: Commands

    /// Makes a granted or held reward final: the host has given it.
    ///
    /// Doing it again changes nothing and answers the same.
    ///
    /// - Throws: `notFound`, or `conflict` with `reward_pending` for one whose occasion has not come, and with
    ///   `reward_over` for one that was reversed or has expired.
    public static func confirm(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> RewardView {
        guard let reward = current(number, tenant: tenant, in: context) else { throw .notFound(entity: "Reward") }
        switch reward.state {
        case .confirmed: return view(reward, tenant: tenant, state: context.state)
        case .granted, .held:
            let confirmed = confirm(reward, by: context.actor, tenant: tenant, in: context)
            return view(confirmed, tenant: tenant, state: context.state)
        case .pending:
            throw .conflict(code: "reward_pending", message: "The reward is promised and has not been granted yet.")
        case .reversed, .expired: throw over(reward)
        }
    }

    /// Takes a reward back, whatever its state is; the other side's stays.
    ///
    /// Doing it again changes nothing and answers the same; the first reason stays.
    ///
    /// - Throws: `notFound`; `invalidFields` for a reason of another length; `conflict` with `reward_over` for one that has
    ///   expired.
    public static func reverse(
        _ command: ReverseReward, in context: inout DecisionContext
    ) throws(Rejection) -> RewardView {
        let tenant = command.tenant
        var errors = FieldErrors()
        errors.check(
            (1...Reward.reasonLengthMax).contains(command.reason.unicodeScalars.count), "reason",
            "Must have 1 to \(Reward.reasonLengthMax) characters.")
        try errors.throwIfAny()
        guard let reward = current(command.number, tenant: tenant, in: context) else {
            throw .notFound(entity: "Reward")
        }
        switch reward.state {
        case .reversed: return view(reward, tenant: tenant, state: context.state)
        case .expired: throw over(reward)
        case .pending, .granted, .held, .confirmed:
            let reversed = reverse(reward, because: command.reason, tenant: tenant, in: context)
            return view(reversed, tenant: tenant, state: context.state)
        }
    }

    private static func over(_ reward: Reward) -> Rejection {
        .conflict(
            code: "reward_over",
            message: "The reward \(reward.state == .expired ? "has expired" : "was reversed") and stays so.")
    }

    // MARK: Transitions

    /// The reward of a number as it stands now: written down as final or expired where its time is over.
    static func current(
        _ number: EntityNumber, tenant: TenantNumber, in context: borrowing DecisionContext
    ) -> Reward? {
        _ = fallDue(number, tenant: tenant, in: context)
        return find(number, tenant: tenant, state: context.state)
    }

    /// Brings a reward to its next state if its time has come; false when it has not.
    static func fallDue(
        _ number: EntityNumber, tenant: TenantNumber, in context: borrowing DecisionContext
    ) -> Bool {
        guard let reward = find(number, tenant: tenant, state: context.state), let due = reward.dueAt,
            due <= context.now
        else { return false }
        if reward.state == .held {
            confirm(reward, by: .clock, tenant: tenant, in: context)
        } else {
            end(reward, as: .expired, because: nil, by: .clock, tenant: tenant, in: context)
        }
        return true
    }

    /// Grants a promised reward.
    static func grant(_ reward: Reward, tenant: TenantNumber, in context: borrowing DecisionContext) {
        precondition(reward.state == .pending, "only a promised reward is granted")
        let granted = granted(reward, tenant: tenant, in: context)
        RewardWriter(state: context.state, tenant: tenant).put(granted, insteadOf: reward)
    }

    /// The reward once it is granted, and held where it has a holding time; its events are written down.
    static func granted(_ reward: Reward, tenant: TenantNumber, in context: borrowing DecisionContext) -> Reward {
        let now = context.now
        var granted = reward
        granted.state = .granted
        granted.grantedAt = now
        granted.expiresAt = reward.lifetimeSeconds.map { now.adding(seconds: Int64($0)) }
        granted.actorStored = context.actor.stored
        context.record(.rewardGranted, reward.number, of: tenant)
        guard let seconds = reward.holdingSeconds else { return granted }
        granted.state = .held
        granted.heldUntil = now.adding(seconds: Int64(seconds))
        granted.expiresAt = nil
        context.record(.rewardHeld, reward.number, of: tenant)
        return granted
    }

    @discardableResult
    private static func confirm(
        _ reward: Reward, by actor: Actor, tenant: TenantNumber, in context: borrowing DecisionContext
    ) -> Reward {
        var confirmed = reward
        confirmed.state = .confirmed
        confirmed.confirmedAt = context.now
        confirmed.actorStored = actor.stored
        RewardWriter(state: context.state, tenant: tenant).put(confirmed, insteadOf: reward)
        context.record(.rewardConfirmed, reward.number, of: tenant, by: actor)
        return confirmed
    }

    /// Takes a reward back that is not over.
    @discardableResult
    static func reverse(
        _ reward: Reward, because reason: String, tenant: TenantNumber, in context: borrowing DecisionContext
    ) -> Reward {
        end(reward, as: .reversed, because: reason, by: context.actor, tenant: tenant, in: context)
    }

    @discardableResult
    private static func end(
        _ reward: Reward, as ending: RewardState, because reason: String?, by actor: Actor, tenant: TenantNumber,
        in context: borrowing DecisionContext
    ) -> Reward {
        precondition(!reward.isOver, "a reward that is over stays so")
        var ended = reward
        ended.state = ending
        ended.endedAt = context.now
        ended.reason = reason
        ended.actorStored = actor.stored
        RewardWriter(state: context.state, tenant: tenant).put(ended, insteadOf: reward)
        context.record(
            ending == .expired ? .rewardExpired : .rewardReversed, reward.number, of: tenant, by: actor)
        return ended
    }
}
