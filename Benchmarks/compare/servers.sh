# Starting, watching and stopping what is measured. Sourced by tools/compare, which sets `work`, the directory of this run.
servers=()
declare -A stop_signal=()
client=

fail() {
    echo "tools/compare: $*" >&2
    exit 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_server NAME COMMAND...: in the background, what it prints in $work/NAME.log; its process in `server`.
start_server() {
    local name=$1
    shift
    "$@" >"$work/$name.log" 2>&1 &
    server=$!
    servers+=("$server")
}

# wait_until NAME COMMAND...: until the command succeeds; the server NAME started last.
wait_until() {
    local name=$1 tries=300
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ $tries -eq 0 ] || ! kill -0 "$server" 2>/dev/null; then
            tail -n 20 "$work/$name.log" >&2
            fail "$name does not start"
        fi
        sleep 0.1
    done
}

# run_client COMMAND...: a program that measures; what it prints is in $work/client.out. It runs in the background because bash
# runs no trap before a program in the foreground has ended.
run_client() {
    "$@" >"$work/client.out" 2>"$work/client.err" &
    client=$!
    local status=0
    wait "$client" || status=$?
    client=
    [ "$status" -eq 0 ] && return 0
    cat "$work/client.out" "$work/client.err" >&2
    fail "failed with $status: $1"
}

# The processor time that the servers and their children have used, in ticks.
ticks() {
    sed 's/(.*)/name/' /proc/[0-9]*/stat 2>/dev/null |
        awk -v processes=" ${servers[*]} " 'index(processes, " " $1 " ") || index(processes, " " $4 " ") { sum += $14 + $15 }
            END { print sum + 0 }' || true
}

# Until no server has anything left to do and the disk has what was written: the next one is to have the machine to itself.
settle() {
    sync -f "$work"
    [ ${#servers[@]} -eq 0 ] && return 0
    local tries=50 before after
    before=$(ticks)
    while sleep 0.2; do
        after=$(ticks)
        [ $((after - before)) -le 2 ] && return 0
        before=$after
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { say "a server is still busy; going on"; return 0; }
    done
}

stop_all() {
    [ -z "$client" ] || kill "$client" 2>/dev/null || true
    local process tries=100
    for process in "${servers[@]}"; do kill -s "${stop_signal[$process]:-TERM}" "$process" 2>/dev/null || true; done
    for process in "${servers[@]}"; do
        while kill -0 "$process" 2>/dev/null && [ $tries -gt 0 ]; do
            sleep 0.1
            tries=$((tries - 1))
        done
        kill -KILL "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
}
