# Without a network: Usher's engine in-process, C on LMDB, and the disk alone. Each is a program of its own that makes new data and
# counts claims, not seconds, the same number for both engines.

# Runs usher-bench's engine workloads and records those that have a place in the report.
measure_engine() {
    local key value
    mkdir -p "$work/engine"
    run_client "$bench" --only engine --claims "$engine_claims" --json --directory "$work/engine"
    python3 - "$work/client.out" >"$work/engine.figures" <<'PYTHON'
import json, re, sys
keys = {("1", "sequential"): "engine_hot_sequential", ("1", "uuid"): "engine_hot_uuid"}
for figure in json.load(open(sys.argv[1])):
    match = re.fullmatch(r"engine, (\d+) codes?, \d+ waiting, (\w+) ids", figure["name"])
    if match and figure["unit"] == "durable claims/s":
        print(keys.get(match.groups(), f"engine_many_{match[2]}"), figure["value"])
PYTHON
    [ -s "$work/engine.figures" ] || fail "usher-bench printed no figures of the engine"
    while read -r key value; do record "$key" "$value"; done <"$work/engine.figures"
}

build_lmdb() {
    gcc -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Wextra -o "$work/lmdb-claims" "$here/lmdb-claims.c" -llmdb
}

# lmdb-claims checks its tables itself.
measure_lmdb() {
    local mode codes name ids
    for mode in nosync synced; do
        for name in hot_sequential hot_uuid many_uuid; do
            ids=${name#*_}
            codes=1
            [ "${name%_*}" = hot ] || codes=$engine_claims
            run_client "$work/lmdb-claims" --directory "$work/lmdb" --mode $mode \
                --codes "$codes" --ids "$ids" --claims "$engine_claims"
            record "lmdb_${mode}_$name" "$(sed -n 's/.*"claims_per_second":\([0-9]*\).*/\1/p' "$work/client.out")"
            rm -rf "$work/lmdb"
        done
    done
}

measure_disk() {
    local p50 p99
    run_client python3 "$here/sync-latency.py" "$work"
    read -r p50 p99 <"$work/client.out"
    record disk_p50 "$p50"
    record disk_p99 "$p99"
}
