# Redis with its append-only file, one server for each policy of syncing it. The client is redis-benchmark in one thread.
# The file is never rewritten and no snapshot is taken, which costs durable Redis nothing while it is measured.
redis_policies=(always everysec)
declare -A redis_port=() redis_script=() redis_rate=()

redis() {
    local policy=$1
    shift
    redis-cli -p "${redis_port[$policy]}" "$@"
}

start_redis() {
    local policy directory
    for policy in "${redis_policies[@]}"; do
        directory=$work/redis-$policy
        mkdir "$directory"
        redis_port[$policy]=$(free_port)
        start_server "redis-$policy" redis-server --bind 127.0.0.1 --port "${redis_port[$policy]}" --dir "$directory" --save '' \
            --appendonly yes --appendfsync "$policy" --auto-aof-rewrite-percentage 0
        wait_until "redis-$policy" redis "$policy" ping
        redis "$policy" hset code:HOT state active max_uses 1000000000 uses 0 >/dev/null
        redis_script[$policy]=$(redis "$policy" script load "$(cat "$here/redis-claim.lua")")
    done
}

# redis_load POLICY PIPELINE REQUESTS: sets rate to claims a second. redis-benchmark without --threads, whose clock would end at a
# multiple of 250 ms. Its redeemers are numbers below 2^31 at random: the few that come twice are answered and not counted.
redis_load() {
    local policy=$1 pipeline=$2 requests=$3 before after requests_per_second
    before=$(redis_claims "$policy")
    run_client redis-benchmark -p "${redis_port[$policy]}" -c 256 -P "$pipeline" -n "$requests" -r 2147483647 --csv \
        evalsha "${redis_script[$policy]}" 2 code:HOT code:HOT:redeemers __rand_int__
    after=$(redis_claims "$policy")
    # The last seven of eight columns are figures; the first one is the command, with commas of its own perhaps.
    requests_per_second=$(tail -n 1 "$work/client.out" | awk -F '","' '{ print $(NF - 6) }')
    [[ $requests_per_second =~ ^[0-9.]+$ ]] || fail "redis-benchmark printed no figure"
    [ $(((requests - (after - before)) * 50)) -le "$requests" ] ||
        fail "Redis $policy: $requests requests, but only $((after - before)) claims"
    rate=$(awk -v rate="$requests_per_second" -v claims=$((after - before)) -v requests="$requests" \
        'BEGIN { printf "%.1f", rate * claims / requests }')
}

# How many claims there are, by all three that must agree: the counter, the redeemers, the redemptions.
redis_claims() {
    local uses redeemers redemptions
    uses=$(redis "$1" hget code:HOT uses)
    redeemers=$(redis "$1" hlen code:HOT:redeemers)
    redemptions=$(redis "$1" dbsize)
    # The code and, once there is one, the redeemers are keys as well.
    redemptions=$((redemptions - (redeemers > 0 ? 2 : 1)))
    [ "$uses" = "$redeemers" ] && [ "$uses" = "$redemptions" ] ||
        fail "Redis $1: counter $uses, redeemers $redeemers, redemptions $redemptions"
    echo "$uses"
}

# redis-benchmark counts requests, not seconds: as many as the rate before took in that time.
measure_redis() {
    local length=$1 policy pipeline name
    for policy in "${redis_policies[@]}"; do
        for pipeline in 1 16; do
            name=redis_$policy
            [ "$pipeline" -eq 1 ] || name+=_pipelined
            if [ -z "${redis_rate[$name]:-}" ]; then
                redis_load "$policy" "$pipeline" 20000
                redis_rate[$name]=$rate
            fi
            redis_load "$policy" "$pipeline" $((${redis_rate[$name]%.*} * length + 1000))
            redis_rate[$name]=$rate
            record "$name" "$rate"
            settle
        done
    done
}
