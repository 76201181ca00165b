# HTTP: Usher, and servers that answer a constant. The client is wrk with one thread, the same for all of them.
connections=256
root_key=usher_compare_root_key_0123456789
runs=0

# load URL SCRIPT CONNECTIONS SECONDS SCRIPT_ARGUMENT...: sets answers and rate (answers a second); anything but 2xx is a failure.
# Every load has a number, which the scripts turn into redeemers that no other load has.
load() {
    local url=$1 script=$2 count=$3 length=$4 _ microseconds refused broken
    shift 4
    runs=$((runs + 1))
    run_client wrk -t1 -c"$count" -d"${length}s" --timeout 30s -s "$here/$script" "$url" -- "$root_key" "$runs" "$@"
    read -r _ answers microseconds refused broken < <(grep '^figures ' "$work/client.out") || fail "wrk printed no figures"
    [ "$refused" -eq 0 ] || fail "$url: $refused answers were not 2xx"
    [ "$broken" -eq 0 ] || fail "$url: $broken connections or requests failed"
    [ "$answers" -gt 0 ] || fail "$url: no request was answered in $length s"
    rate=$(awk -v answers="$answers" -v microseconds="$microseconds" 'BEGIN { printf "%.1f", answers * 1e6 / microseconds }')
}

answers_http() { curl -fsS -o /dev/null "$1"; }

# Usher, durability fsync: every answer's claim is on disk.

start_usher() {
    local port
    port=$(free_port)
    usher_url=http://127.0.0.1:$port
    mkdir "$work/usher"
    start_server usher "$usher" serve --data "$work/usher/data" --listen "127.0.0.1:$port" --root-key "$root_key" --durability fsync
    wait_until usher answers_http "$usher_url/readyz"
    usher_codes 1 >"$work/usher/hot"
    usher_codes "$spread_codes" >"$work/usher/spread"
}

usher_codes() {
    USHER_KEY=$root_key "$usher" codes generate --url "$usher_url" --count "$1" --max-uses 1000000000
}

# What the server says: claims granted, and claims with any other outcome.
usher_outcomes() {
    curl -fsS -H "Authorization: Bearer $root_key" "$usher_url/metrics" >"$work/usher/metrics"
    awk '/^usher_claims_total/ { if (/outcome="redeemed"/) redeemed = $2; else other += $2 }
        END { printf "%.0f %.0f\n", redeemed, other }' "$work/usher/metrics"
}

# usher_load SCRIPT CONNECTIONS SECONDS CLAIMS CODES: a load of requests with so many claims an answer, lines or one; sets rate to
# claims a second. Every answer must be a claim that the server has granted; it may have granted more, to connections that ended.
usher_load() {
    local script=$1 count=$2 length=$3 depth=$4 codes=$5 per_answer=1 before after other
    [ "$script" = batch.lua ] && per_answer=$depth
    read -r before other < <(usher_outcomes)
    load "$usher_url" "$script" "$count" "$length" "$depth" "$codes"
    settle
    read -r after other < <(usher_outcomes)
    [ "$other" -eq 0 ] || fail "Usher: $other claims were not granted"
    [ $((after - before)) -ge $((answers * per_answer)) ] ||
        fail "Usher counted $((after - before)) claims where $((answers * per_answer)) were answered"
    rate=$(awk -v rate="$rate" -v claims="$per_answer" 'BEGIN { printf "%.1f", rate * claims }')
}

measure_usher() {
    local length=$1
    usher_load claims.lua $connections "$length" 1 "$work/usher/hot"
    record usher_hot "$rate"
    usher_load claims.lua $connections "$length" 1 "$work/usher/spread"
    record usher_spread "$rate"
    usher_load claims.lua $connections "$length" 16 "$work/usher/hot"
    record usher_pipelined "$rate"
    usher_load batch.lua 2 "$length" "$batch_lines" "$work/usher/hot"
    record usher_batch "$rate"
}

# The codes' own counters add up to the claims that the server counted.
finish_usher() {
    local uses redeemed other
    uses=$(USHER_KEY=$root_key "$usher" codes export --url "$usher_url" --format ndjson |
        sed -n 's/.*"current_uses": *\([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { printf "%.0f", sum }')
    read -r redeemed other < <(usher_outcomes)
    [ "$uses" = "$redeemed" ] || fail "Usher: the codes have $uses uses, but $redeemed claims were granted"
}

# Servers that answer a constant: nginx, SwiftNIO without anything on it, Hummingbird.

measure_constant() {
    local name=$1 url=$2 length=$3
    echo ABCDEFGH >"$work/constant-code"
    load "$url" claims.lua $connections "$length" 1 "$work/constant-code"
    record "$name" "$rate"
}

start_nginx() {
    local port directory=$work/nginx
    port=$(free_port)
    nginx_url=http://127.0.0.1:$port/
    mkdir "$directory"
    sed "s|@PORT@|$port|; s|@DIRECTORY@|$directory|" "$here/nginx.conf" >"$directory/nginx.conf"
    start_server nginx nginx -p "$directory" -e "$directory/error.log" -c "$directory/nginx.conf"
    wait_until nginx answers_http "$nginx_url"
}

measure_nginx() { measure_constant nginx "$nginx_url" "$1"; }

# start_bench_server NAME COMMAND: a server inside usher-bench, which prints its URL; sets url.
start_bench_server() {
    local name=$1
    start_server "$name" "$bench" "$2"
    wait_until "$name" grep -q '^http://' "$work/$name.log"
    url=$(grep -m 1 '^http://' "$work/$name.log")
}

start_nio() { start_bench_server nio bare-server; nio_url=$url; }
measure_nio() { measure_constant nio "$nio_url" "$1"; }

start_hummingbird() { start_bench_server hummingbird hummingbird-server; hummingbird_url=$url; }
measure_hummingbird() { measure_constant hummingbird "$hummingbird_url" "$1"; }
