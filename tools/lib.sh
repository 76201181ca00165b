# Shared by the commands in tools/: where things are and what must be installed.
set -euo pipefail
caller=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# Ends a command that was called wrongly.
bad_usage() {
    local name
    name=tools/$(basename "$0")
    echo "$name: $1 ($name --help explains)" >&2
    exit 64
}

# A path as the caller means it: the commands work in the project's directory.
absolute() { case $1 in /*) echo "$1" ;; *) echo "$caller/$1" ;; esac; }

# The Debian packages among these that are missing.
missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
    done
}

# Runs a command as root; asks for sudo only when not root.
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# Installs the Debian packages that are missing.
install_missing() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "These Debian packages are missing: ${missing[*]}. Install them as root, or install sudo." >&2
        exit 1
    fi
    say "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

# The same for packages that bring services: none is started, now or at the next boot. Services that were there before are left alone.
install_without_services() {
    local missing policy=/usr/sbin/policy-rc.d package
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    # Debian asks this program whether an installation may start a service; 101 is no. Somebody's own stays as it is.
    if [ -e $policy ]; then
        install_missing "${missing[@]}"
    else
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin $policy
        install_missing "${missing[@]}"
        as_root rm -f $policy
        trap - EXIT
    fi
    command -v systemctl >/dev/null || return 0
    for package in "${missing[@]}"; do
        as_root systemctl disable --now --quiet "${package%-light}.service" 2>/dev/null || true
    done
}

need_swift() {
    if command -v swift >/dev/null; then
        local version
        version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
        [ "$(printf '%s\n' 6.3 "$version" | sort -V | head -n 1)" = 6.3 ] && return 0
        echo "Swift $version is too old: Usher needs 6.3. Get it from https://www.swift.org/install." >&2
        exit 1
    fi
    echo "Swift is not installed. Get Swift 6.3 for Debian 12 from https://www.swift.org/install and put it on PATH." >&2
    exit 1
}

# Puts a program of Debian's package prometheus (promtool, prometheus), and nothing else of it, into .build; fails where it cannot be had.
fetch_of_prometheus() {
    local program=$1 directory
    [ -x ".build/$program" ] && return 0
    command -v "$program" >/dev/null && return 0
    say "fetching $program"
    directory=$(mktemp -d)
    if (
        cd "$directory" && chmod 755 . &&
            { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } &&
            dpkg -x prometheus_*.deb package
    ) >/dev/null 2>&1; then
        mkdir -p .build
        mv "$directory/package/usr/bin/$program" ".build/$program"
        rm -rf "$directory"
    else
        rm -rf "$directory"
        return 1
    fi
}

# Puts Debian's promtool where the tests look for it.
fetch_promtool() { fetch_of_prometheus promtool || say "promtool could not be fetched: the tests of /metrics and of the alerts with it are skipped"; }

prepare() {
    need_swift
    install_missing liblmdb-dev libzstd-dev pkg-config git curl ca-certificates
}
