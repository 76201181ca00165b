# PostgreSQL, durable (fsync and synchronous_commit on), with memory and WAL enough that neither a checkpoint nor vacuum falls into
# a measurement: both are done between the rounds. The client is pgbench in one thread, over TCP as all the others.
as_postgres=()
postgresql_counted=0

start_postgresql() {
    local programs directory=$work/postgresql
    programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    postgresql_port=$(free_port)
    mkdir "$directory"
    if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root.
        chown postgres "$directory"
        as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    "${as_postgres[@]}" test -w "$directory" ||
        fail "the user postgres cannot reach $directory: choose another place with --directory"
    if ! (
        cd "$directory"
        "${as_postgres[@]}" "$programs/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 --locale=C
    ) >"$work/initdb.log" 2>&1; then
        cat "$work/initdb.log" >&2
        fail "initdb failed"
    fi
    start_server postgresql "${as_postgres[@]}" "$programs/postgres" -D "$directory/data" -p "$postgresql_port" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
        -c fsync=on -c synchronous_commit=on -c wal_sync_method=fdatasync \
        -c shared_buffers=1GB -c max_wal_size=16GB -c checkpoint_timeout=1h -c autovacuum=off
    stop_signal[$server]=QUIT # At once: the data is thrown away.
    wait_until postgresql sql -c 'select 1'
    sql -v codes="$spread_codes" <"$here/schema.sql"
    # Not redemptions, while there are none: with statistics that say so PostgreSQL would search it without the index.
    sql -c 'vacuum analyze codes' -c checkpoint
}

sql() { psql -X -q -At -h 127.0.0.1 -p "$postgresql_port" -U postgres -d postgres -v ON_ERROR_STOP=1 "$@"; }

# postgresql_load SCRIPT hot|spread CLIENTS SECONDS: sets rate to claims a second; the rows must say the same as pgbench.
# The first seconds do not count: every connection compiles the function and fills its caches, which takes 64 of them a second.
postgresql_load() {
    local script=$1 codes=$2 clients=$3 length=$4 first=0 last=0 uncounted=2 failed processed uses redemptions wrong
    if "$quick"; then uncounted=0; fi
    [ "$codes" = hot ] || { first=1; last=$spread_codes; }
    run_client pgbench -h 127.0.0.1 -p "$postgresql_port" -U postgres -n -M prepared -c "$clients" -j 1 \
        -T $((uncounted + length)) -P 1 -D first_code="$first" -D last_code="$last" -f "$here/$script" postgres
    rate=$(awk -v uncounted=$uncounted '$1 == "progress:" {
            if ($2 > uncounted + 0.5) { claims += ($2 - before) * $4; seconds += $2 - before }
            before = $2
        } END { if (seconds > 0) printf "%.1f", claims / seconds }' "$work/client.err")
    processed=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$work/client.out")
    failed=$(sed -n 's/^number of failed transactions: \([0-9]*\).*/\1/p' "$work/client.out")
    [ -n "$rate" ] && [ -n "$processed" ] || fail "pgbench printed no figures"
    [ "${failed:-0}" -eq 0 ] || fail "PostgreSQL: $failed transactions failed"
    IFS='|' read -r uses redemptions wrong < <(sql -f "$here/check.sql")
    [ "$uses" = "$redemptions" ] && [ "$wrong" -eq 0 ] ||
        fail "PostgreSQL: counters $uses, redemptions $redemptions, $wrong codes differ"
    postgresql_counted=$((postgresql_counted + processed))
    [ "$redemptions" -eq "$postgresql_counted" ] || fail "PostgreSQL: $postgresql_counted answers, $redemptions redemptions"
}

# More clients share a sync, but stand in each other's way, most of all at the row of one hot code. How many are best for PostgreSQL
# depends on the machine, so several numbers are measured in every round and the report takes the fastest.
measure_postgresql() {
    local length=$1 codes clients numbers=(4 16 64)
    if "$warming_up"; then numbers=(16); fi
    for codes in hot spread; do
        for clients in "${numbers[@]}"; do
            postgresql_load claim-function.sql "$codes" "$clients" "$length"
            record "postgresql_function_${codes}_$clients" "$rate"
            settle
            postgresql_load claims.sql "$codes" "$clients" "$length"
            record "postgresql_statements_${codes}_$clients" "$rate"
            settle
        done
    done
    sql -c 'vacuum analyze' -c checkpoint
}
