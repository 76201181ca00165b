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
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These Debian packages are missing: ${missing[*]}. Install them as root, or install sudo." >&2
            exit 1
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
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

# Puts Debian's promtool, and nothing else of its package, where the tests look for it.
fetch_promtool() {
    [ -x .build/promtool ] && return 0
    command -v promtool >/dev/null && return 0
    say "fetching promtool"
    local directory
    directory=$(mktemp -d)
    if (
        cd "$directory" && chmod 755 . &&
            { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } &&
            dpkg -x prometheus_*.deb package
    ) >/dev/null 2>&1; then
        mkdir -p .build
        mv "$directory/package/usr/bin/promtool" .build/promtool
    else
        say "promtool could not be fetched: the test of /metrics with it is skipped"
    fi
    rm -rf "$directory"
}

prepare() {
    need_swift
    install_missing liblmdb-dev libzstd-dev pkg-config git curl ca-certificates
}
