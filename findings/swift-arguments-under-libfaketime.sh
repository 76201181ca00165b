#!/usr/bin/env bash
# Under a preloaded libfaketime a Swift program has no arguments, not even its own name.
#
# Seen with Debian's libfaketime 0.9.10-2.1 and Swift 6.3.1 on Linux x86_64: preloading the library, as its manual describes
# it, leaves `CommandLine.argc` at 0 and `CommandLine.arguments` empty. A C program started in the same way has its
# arguments. A server in Swift that is tested with a shifted clock in this way sees no options: it prints its help or
# uses defaults, and does not say why. The cause was not looked for.
#
# Needs swiftc, gcc, apt-get and dpkg. Installs nothing: the package is unpacked into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=0.9.10-2.1
swiftc --version 2>/dev/null | grep -q 'Swift version 6\.3\.1' || { echo "this is about Swift 6.3.1" >&2; exit 1; }
apt-get download "libfaketime=$version" >/dev/null 2>&1
dpkg -x ./libfaketime_*.deb root
library=$(find "$folder/root" -name libfaketime.so.1)

cat >program.swift <<'SWIFT'
print(CommandLine.argc, CommandLine.arguments.dropFirst().joined(separator: ","))
SWIFT
swiftc program.swift -o swift-program
cat >program.c <<'C'
#include <stdio.h>
int main(int count, char **arguments) { printf("%d %s,%s\n", count, arguments[1], arguments[2]); }
C
gcc program.c -o c-program

expect() {
    echo "$1: '$3'"
    [ "$3" = "$2" ] || { echo "changed: '$2' was seen before" >&2; exit 1; }
}
expect "Swift, nothing preloaded" "3 a,b" "$(./swift-program a b)"
expect "C, libfaketime $version preloaded" "3 a,b" "$(LD_PRELOAD=$library FAKETIME=+1h ./c-program a b)"
expect "Swift, libfaketime $version preloaded" "0 " "$(LD_PRELOAD=$library FAKETIME=+1h ./swift-program a b)"
echo "A Swift 6.3.1 program has no arguments under a preloaded libfaketime $version; a C program has them."
