# Shared by the commands in tools/: where things are and what must be installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# Installs the Debian packages that are missing; asks for sudo only when not root.
install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "installing ${missing[*]}"
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
}

need_swift() {
    command -v swift >/dev/null && return 0
    echo "Swift is not installed. Get Swift 6.3 for Debian 12 from https://www.swift.org/install and put it on PATH." >&2
    exit 1
}

prepare() {
    need_swift
    install_missing liblmdb-dev libzstd-dev pkg-config
}
